package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScopePoliciesIT {

  private static final String GPT_ONLY = "{\"permissions\":{\"models\":[\"gpt-*\"]}}";

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Response key(String project, String models) {
    return server.post(
        "/v1/keys",
        "{\"name\":\"k\",\"scope\":{\"projects\":[\"%s\"]},\"permissions\":{\"models\":%s}}"
            .formatted(project, models));
  }

  @Test
  void aPolicyIsWrittenReadAndPatched() {
    String path = "/v1/projects/" + server.project(server.organization()) + "/policy";
    assertThat(server.get(path).body()).isEqualTo("{}");
    Response written = server.put(path, GPT_ONLY);
    assertThat(written.status()).as(written.body()).isEqualTo(200);
    assertThat(written.text("/permissions/models/allowed/0")).isEqualTo("gpt-*");
    assertThat(written.header("etag")).isEqualTo("\"2\"");
    Response patched =
        server.patch(path, "{\"permissions\":{\"models\":{\"denied\":[\"gpt-3*\"]}}}");
    assertThat(patched.text("/permissions/models/denied/0")).isEqualTo("gpt-3*");
    assertThat(server.get(path).json()).isEqualTo(patched.json());
    assertThat(server.put(path, "{}").body()).isEqualTo("{}");
  }

  @Test
  void whatIsNotEnforcedYetAndWhatNamesAKeyIsRefused() {
    String path = "/v1/projects/" + server.project(server.organization()) + "/policy";
    Response later =
        server.put(path, "{\"permissions\":{\"routing\":{\"fallback_allowed\":true}}}");
    assertThat(later.status()).isEqualTo(400);
    assertThat(later.code()).isEqualTo("unsupported_field");
    assertThat(server.put(path, "{\"name\":\"x\"}").code()).isEqualTo("unknown_field");
    assertThat(server.get(path).body()).isEqualTo("{}");
  }

  @Test
  void aProjectsPolicyIsAlsoTheRuleOfItsTokens() {
    String organization = server.organization();
    String project = "/v1/projects/" + server.project(organization);
    String path = project + "/policy";
    Response written = server.put(path, "{\"max_token_ttl\":7200}");
    assertThat(written.status()).as(written.body()).isEqualTo(200);
    assertThat(written.body()).isEqualTo("{\"max_token_ttl\":\"2h\"}");
    assertThat(server.get(project).text("/max_token_ttl")).isEqualTo("2h");
    assertThat(server.post(project + "/tokens", "{\"ttl\":\"3h\"}").code())
        .isEqualTo("exceeds_max_token_ttl");
    server.patch(path, GPT_ONLY);
    assertThat(server.get(path).text("/max_token_ttl")).isEqualTo("2h");
    String key = key(project.substring("/v1/projects/".length()), "[\"gpt-4o\"]").id();
    assertThat(server.get("/v1/keys/" + key + "?effective=true").body())
        .doesNotContain("max_token_ttl");
    server.patch(project, "{\"max_token_ttl\":\"3h\"}");
    assertThat(server.get(path).text("/max_token_ttl")).isEqualTo("3h");
    assertThat(server.patch(path, "{\"max_token_ttl\":null}").json().has("max_token_ttl"))
        .isFalse();
    assertThat(server.get(project).text("/max_token_ttl")).isEqualTo("90d");
    assertThat(server.put(path, "{\"max_token_ttl\":\"91d\"}").code()).isEqualTo("invalid_value");
    String ofOrganization = "/v1/organizations/" + organization + "/policy";
    assertThat(server.put(ofOrganization, "{\"max_token_ttl\":\"2h\"}").code())
        .isEqualTo("unknown_field");
  }

  @Test
  void aKeyDoesNotExceedItsProjectOrItsOrganization() {
    String organization = server.organization();
    String project = server.project(organization);
    server.put("/v1/projects/" + project + "/policy", GPT_ONLY);
    Response refused = key(project, "[\"gpt-4o\",\"claude-*\"]");
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("exceeds_ceiling");
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/permissions/models/allowed/1");
    Response made = key(project, "[\"gpt-4o\"]");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    Response wider =
        server.patch("/v1/keys/" + made.id(), "{\"permissions\":{\"models\":[\"*\"]}}");
    assertThat(wider.status()).as(wider.body()).isEqualTo(422);
    server.put(
        "/v1/organizations/" + organization + "/policy",
        "{\"permissions\":{\"models\":{\"denied\":[\"gpt-4o\"]}}}");
    assertThat(
            server
                .patch("/v1/keys/" + made.id(), "{\"permissions\":{\"models\":[\"gpt-4o\"]}}")
                .status())
        .isEqualTo(422);
  }

  @Test
  void anotherOrganizationsPolicyLooksLikeNone() {
    String path = "/v1/projects/" + server.project(server.organization()) + "/policy";
    var stranger = server.member(server.organization(), "owner");
    assertThat(stranger.get(path).status()).isEqualTo(404);
    assertThat(stranger.call("PUT", path, GPT_ONLY).status()).isEqualTo(404);
  }
}
