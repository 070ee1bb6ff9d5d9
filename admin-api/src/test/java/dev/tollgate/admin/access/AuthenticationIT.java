package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health/ready"})
  void healthAsksForNoKey(String path) {
    Response answer = server.as(null).get(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/status")).isEqualTo("UP");
  }

  @Test
  void refusesWithoutACredential() {
    Response answer = server.as(null).get("/v1/organizations");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("authentication_required");
    assertThat(answer.header("www-authenticate")).startsWith("Bearer");
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
  }

  @Test
  void refusesAKeyThatNobodyMade() {
    String key = OpaqueKey.generate(KeyKind.ADMIN_KEY).reveal(SecretAccess.granted());
    Response answer = server.as(key).get("/v1/organizations");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("invalid_admin_key");
    assertThat(answer.body()).doesNotContain(key);
  }

  @Test
  void refusesAMalformedKeyAndAnotherScheme() {
    assertThat(server.as("nonsense").get("/v1/organizations").status()).isEqualTo(401);
    Response basic = server.as(null).with("Authorization", "Basic abc").get("/v1/organizations");
    assertThat(basic.status()).isEqualTo(401);
    assertThat(basic.header("www-authenticate")).startsWith("Bearer");
  }

  @Test
  void unknownPathsAreNotFoundForACallerAndClosedForOthers() {
    assertThat(server.get("/v1/nothing").status()).isEqualTo(404);
    assertThat(server.get("/v1/nothing").code()).isEqualTo("not_found");
    assertThat(server.as(null).get("/v1/nothing").status()).isEqualTo(401);
  }

  @Test
  void answersCarrySecurityHeadersAndTheRequestId() {
    Response answer = server.as(server.rootKey()).with("X-Request-Id", "abc-1").get("/v1/nothing");
    assertThat(answer.header("x-request-id")).isEqualTo("abc-1");
    assertThat(answer.text("/request_id")).isEqualTo("abc-1");
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(answer.header("cache-control")).contains("no-store");
    assertThat(answer.header("content-security-policy")).contains("default-src 'none'");
  }
}
