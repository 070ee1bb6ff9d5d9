package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The secrets that keys sign with: shown once, sealed, and gone with the key. */
class SigningSecretIT {

  private static final String SIGNED =
      "\"security\":{\"authentication\":{\"require_signature\":true}}";
  private static final String SECRET = "tgs_[A-Za-z0-9_-]{43}";

  private static AdminServer server;
  private static Tenants tenants;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    tenants = new Tenants(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String document(String project, String more) {
    return "{\"name\":\"k\",\"scope\":{\"projects\":[\"%s\"]}%s}".formatted(project, more);
  }

  private static Response signedKey(String project) {
    Response made = server.post("/v1/keys", document(project, "," + SIGNED));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made;
  }

  private static String newProject() {
    return server.project(server.organization());
  }

  private static List<String> stored(String id) {
    return tenants.query(
        "SELECT version FROM tollgate.signing_secret WHERE key_id = ? ORDER BY version", id);
  }

  @Test
  void isShownOnceWhenTheKeyIsMade() {
    Response made = signedKey(newProject());
    assertThat(made.text("/signing_secret")).matches(SECRET);
    String id = made.text("/id");
    assertThat(server.get("/v1/keys/" + id).body()).doesNotContain("signing_secret", "warnings");
    assertThat(tenants.query("SELECT to_jsonb(e)::text FROM tollgate.audit_event e"))
        .isNotEmpty()
        .noneMatch(row -> row.contains("tgs_"));
    assertThat(tenants.query("SELECT encode(sealed, 'escape') FROM tollgate.signing_secret"))
        .isNotEmpty()
        .noneMatch(sealed -> sealed.contains("tgs_"));
  }

  @Test
  void isNotShownAgainToWhoRepeatsTheCall() {
    String project = newProject();
    AdminServer.Client once =
        server.as(server.rootKey()).with("Idempotency-Key", "sign-" + project);
    String body = document(project, "," + SIGNED);
    assertThat(once.post("/v1/keys", body).text("/signing_secret")).matches(SECRET);
    Response again = once.post("/v1/keys", body);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).doesNotContain("tgs_");
    assertThat(tenants.query("SELECT answer::text FROM tollgate.idempotency"))
        .noneMatch(answer -> answer.contains("tgs_"));
  }

  @Test
  void comesAndGoesWithThePatchThatTurnsSignaturesOnAndOff() {
    Response plain = server.post("/v1/keys", document(newProject(), ""));
    assertThat(plain.body()).doesNotContain("tgs_");
    String path = "/v1/keys/" + plain.text("/id");
    Response on = server.patch(path, "{" + SIGNED + "}");
    assertThat(on.text("/signing_secret")).as(on.body()).matches(SECRET);
    assertThat(server.patch(path, "{\"description\":\"d\"}").body()).doesNotContain("tgs_");
    Response off = server.patch(path, "{\"security\":null}");
    assertThat(off.status()).as(off.body()).isEqualTo(200);
    assertThat(stored(plain.text("/id"))).isEmpty();
  }

  @Test
  void isRotatedWithTheKeyAndBothHoldInTheGracePeriod() {
    Response made = signedKey(newProject());
    String id = made.text("/id");
    Response rotated = server.post("/v1/keys/" + id + "/rotate", "{\"grace_period_hours\":1}");
    assertThat(rotated.text("/signing_secret"))
        .matches(SECRET)
        .isNotEqualTo(made.text("/signing_secret"));
    assertThat(stored(id)).containsExactly("1", "2");
    assertThat(server.post("/v1/keys/" + id + "/rotate", "{}").status()).isEqualTo(200);
    assertThat(stored(id)).hasSize(1);
  }

  @Test
  void isDeletedWithTheKey() {
    String id = signedKey(newProject()).text("/id");
    assertThat(server.delete("/v1/keys/" + id).status()).isEqualTo(204);
    assertThat(stored(id)).isEmpty();
  }

  @Test
  void goesWithItsProject() {
    String project = newProject();
    String id = signedKey(project).text("/id");
    assertThat(server.delete("/v1/projects/" + project).status()).isEqualTo(204);
    assertThat(stored(id)).isEmpty();
  }

  @Test
  void isMadeAnewForTheProjectThatTheKeyMovesTo() {
    String organization = server.organization();
    String left = server.project(organization);
    String project = server.project(organization);
    Response made = signedKey(left);
    Response patched =
        server.patch(
            "/v1/keys/" + made.id(), "{\"scope\":{\"projects\":[\"%s\"]}}".formatted(project));
    assertThat(patched.text("/signing_secret"))
        .as(patched.body())
        .matches(SECRET)
        .isNotEqualTo(made.text("/signing_secret"));
    String sealedFor = "SELECT project_id FROM tollgate.signing_secret WHERE key_id = ?";
    assertThat(tenants.query(sealedFor, made.id())).containsExactly(project);
    assertThat(server.delete("/v1/projects/" + left).status()).isEqualTo(204);
    assertThat(stored(made.id())).hasSize(1);
    assertThat(server.get("/v1/keys/" + made.id()).body()).doesNotContain("warnings");
  }

  @Test
  void isMadeWhereThePolicyOfTheProjectAsksForIt() {
    String project = newProject();
    String policy = "/v1/projects/" + project + "/policy";
    assertThat(server.put(policy, "{" + SIGNED + "}").status()).isEqualTo(200);
    assertThat(server.post("/v1/keys", document(project, "")).text("/signing_secret"))
        .matches(SECRET);
  }

  @Test
  void isMissingAndSaidSoWhereAnEnvironmentAsksForItLater() {
    String project = newProject();
    Response key = server.post("/v1/keys", document(project, ",\"environment\":\"staging\""));
    assertThat(key.status()).as(key.body()).isEqualTo(201);
    String id = key.text("/id");
    // As a change of the environment's defaults leaves it.
    tenants.run(
        "UPDATE tollgate.virtual_key SET effective_policy = ?::jsonb WHERE id = ?",
        "{" + SIGNED + "}",
        id);
    assertThat(server.get("/v1/keys/" + id).text("/warnings/0")).contains("signing secret");
    Response rotated = server.post("/v1/keys/" + id + "/rotate", "{}");
    assertThat(rotated.text("/signing_secret")).matches(SECRET);
    assertThat(server.get("/v1/keys/" + id).body()).doesNotContain("warnings");
  }
}
