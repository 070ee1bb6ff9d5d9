package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies are kept where a policy asks for it, sealed, and shown to whom it says. */
class KeptBodiesIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient client = HttpClient.newHttpClient();

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();

  @ParameterizedTest
  @CsvSource({"OPENAI,false", "OPENAI,true", "ANTHROPIC,true", "GEMINI,true"})
  void keepsBothBodiesAsTheyCame(Wire wire, boolean streamed) {
    Tenant.Key key = tenant.key(access("'log_requests':true,'log_responses':true"));
    String answer = wire.ask(bed, key, "sim-plain", streamed).text();
    List<JsonNode> kept = logs(key, 2);
    assertThat(kept).hasSize(2);
    assertThat(content(key, kept, "request")).isEqualTo(wire.body("sim-plain", streamed));
    assertThat(content(key, kept, "response")).contains(answer.substring(0, 20));
    assertThat(audit(key)).anyMatch(event -> event.contains("key.log_read"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'''log_requests'':true', '', 1",
    "'''log_requests'':true,''log_responses'':true', '''log_responses'':false', 1",
    "'''log_requests'':false', '''log_requests'':true', 0",
    "'', '''log_responses'':true', 1",
  })
  void keepsWhatSomeDocumentAsksForAndNoneForbids(String ofKey, String ofProject, int expected) {
    Tenant own = bed.tenantWithProviders();
    Tenant.Key key = own.key(ofKey.isEmpty() ? "" : access(ofKey));
    Tenant.Key other = own.key(access("'log_requests':true,'log_responses':true"));
    // After the keys: later ones must keep within it.
    if (!ofProject.isEmpty()) {
      bed.admin()
          .put(
              "/v1/projects/" + own.project() + "/policy",
              "{'permissions':{'data_access':{%s}}}".formatted(ofProject));
      own.awaitChangesInForce(bed);
    }
    Wire.OPENAI.ask(bed, key, "sim-plain", false);
    // Bodies are stored in order: once a later one is there, an earlier one would be.
    Wire.OPENAI.ask(bed, other, "sim-plain", false);
    if (!ofProject.contains("false") || expected > 0) {
      logs(other, 1);
    }
    assertThat(logs(key, expected)).hasSize(expected);
  }

  @Test
  void letsAKeyReadAndDeleteItsOwnOnlyIfItMay() throws Exception {
    Tenant.Key key =
        tenant.key(access("'log_requests':true,'export_data':true,'delete_data':true"));
    Tenant.Key reader = tenant.key(access("'log_requests':true,'export_data':true"));
    Tenant.Key silent = tenant.key(access("'log_requests':true"));
    for (Tenant.Key each : List.of(key, reader, silent)) {
      Wire.OPENAI.ask(bed, each, "sim-plain", false);
      logs(each, 1);
      tenant.usage(each, 1);
    }
    JsonNode own = JSON.readTree(self("GET", "logs", key, 200));
    String id = own.at("/data/0/id").asString();
    assertThat(self("GET", "logs/" + id, key, 200)).contains("Grüße");
    assertThat(self("GET", "usage", key, 200)).contains("sim-plain");
    assertThat(self("GET", "logs/" + id, reader, 404)).contains("not_found");
    assertThat(self("DELETE", "logs", reader, 403)).contains("operation_not_allowed");
    assertThat(self("GET", "usage", silent, 403)).contains("operation_not_allowed");
    assertThat(self("DELETE", "logs", key, 200)).contains("\"deleted\":1");
    assertThat(self("DELETE", "usage", key, 200)).contains("\"deleted\":1");
    assertThat(logs(key, 0)).isEmpty();
    assertThat(tenant.usage(key)).isEmpty();
    assertThat(logs(reader, 1)).hasSize(1);
    assertThat(audit(key)).anyMatch(event -> event.contains("key.logs_deleted"));
  }

  @Test
  void takesAVirtualKeyForNothingElse() throws Exception {
    Tenant.Key key = tenant.key(access("'export_data':true"));
    assertThat(call("GET", "/v1/keys", key.token()).statusCode()).isEqualTo(401);
    assertThat(call("GET", "/v1/keys/" + key.id() + "/logs", key.token()).statusCode())
        .isEqualTo(401);
    assertThat(call("GET", "/v1/keys/self/usage", bed.rootKey()).statusCode()).isEqualTo(403);
    bed.admin().post("/v1/keys/" + key.id() + "/disable", "{'reason':'test'}");
    assertThat(self("GET", "usage", key, 401)).contains("invalid_admin_key");
  }

  private static String access(String flags) {
    return ",'permissions':{'data_access':{%s}}".formatted(flags);
  }

  private String content(Tenant.Key key, List<JsonNode> kept, String part) {
    String id =
        kept.stream()
            .filter(body -> body.path("part").asString().equals(part))
            .map(body -> body.path("id").asString())
            .findFirst()
            .orElseThrow();
    return bed.admin().get("/v1/keys/" + key.id() + "/logs/" + id).path("body").asString();
  }

  private List<JsonNode> logs(Tenant.Key key, int count) {
    return await()
        .atMost(Tenant.ROW_BOUND)
        .until(() -> logs(key), bodies -> bodies.size() >= count);
  }

  private List<JsonNode> logs(Tenant.Key key) {
    List<JsonNode> bodies = new ArrayList<>();
    bed.admin().get("/v1/keys/" + key.id() + "/logs").path("data").forEach(bodies::add);
    return bodies;
  }

  private List<String> audit(Tenant.Key key) {
    List<String> events = new ArrayList<>();
    bed.admin()
        .get("/v1/audit?resource_id=" + key.id())
        .path("data")
        .forEach(event -> events.add(event.toString()));
    return events;
  }

  private String self(String method, String what, Tenant.Key key, int status)
      throws IOException, InterruptedException {
    HttpResponse<String> response = call(method, "/v1/keys/self/" + what, key.token());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return response.body();
  }

  private HttpResponse<String> call(String method, String path, String token)
      throws IOException, InterruptedException {
    URI uri = bed.tollgate().adminUrl().resolve(path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.noBody())
            .header("Authorization", "Bearer " + token)
            .build(),
        BodyHandlers.ofString());
  }
}
