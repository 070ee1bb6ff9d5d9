package dev.tollgate.admin.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IdempotencyIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Client with(String key) {
    return server.as(server.rootKey()).with("Idempotency-Key", key);
  }

  @Test
  void aRepetitionGetsTheStoredAnswerAndChangesNothing() {
    Response first = with("k1").post("/v1/organizations", "{\"name\":\"once\"}");
    Response second = with("k1").post("/v1/organizations", "{\"name\":\"once\"}");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.id()).isEqualTo(first.id());
    long made =
        server
            .get("/v1/organizations?limit=200")
            .json()
            .at("/data")
            .valueStream()
            .filter(row -> row.at("/name").asString().equals("once"))
            .count();
    assertThat(made).isEqualTo(1);
  }

  @Test
  void aRepetitionDoesNotShowTheSecretAgain() {
    String body = "{\"name\":\"robot\",\"role\":\"viewer\"}";
    Response first = with("k2").post("/v1/admin-keys", body);
    Response second = with("k2").post("/v1/admin-keys", body);
    assertThat(first.text("/key")).startsWith("tga_");
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.json().has("key")).isFalse();
    assertThat(second.body()).doesNotContain(first.text("/key"));
  }

  @Test
  void anotherBodyOrPathUnderTheSameKeyIsRefused() {
    with("k3").post("/v1/organizations", "{\"name\":\"a\"}");
    Response body = with("k3").post("/v1/organizations", "{\"name\":\"b\"}");
    assertThat(body.status()).isEqualTo(422);
    assertThat(body.code()).isEqualTo("idempotency_key_reused");
    Response path = with("k3").post("/v1/admin-keys", "{\"name\":\"a\",\"role\":\"owner\"}");
    assertThat(path.status()).isEqualTo(422);
  }

  @Test
  void keysOfDifferentCallersDoNotMeet() {
    String org = with("k4").post("/v1/organizations", "{\"name\":\"a\"}").id();
    String owner =
        server
            .post(
                "/v1/admin-keys",
                "{\"name\":\"o\",\"role\":\"owner\",\"organization_id\":\"%s\"}".formatted(org))
            .text("/key");
    Response theirs =
        server
            .as(owner)
            .with("Idempotency-Key", "k4")
            .post("/v1/projects", "{\"name\":\"theirs\"}");
    assertThat(theirs.status()).isEqualTo(201);
  }

  @Test
  void aRefusedRequestLeavesItsKeyFree() {
    assertThat(with("k5").post("/v1/projects", "{\"name\":\"x\"}").status()).isEqualTo(400);
    assertThat(with("k5").post("/v1/organizations", "{\"name\":\"x\"}").status()).isEqualTo(201);
  }

  @Test
  void aRepetitionInFlightIsRefused() throws SQLException {
    try (Connection other = server.database().dataSource(Role.SUPERUSER).getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(hashtextextended(E'root\\nk6', 7))");
      Response answer = with("k6").post("/v1/organizations", "{\"name\":\"x\"}");
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.code()).isEqualTo("idempotency_in_flight");
    }
  }

  @Test
  void aMalformedKeyIsRefused() {
    assertThat(with("a b").post("/v1/organizations", "{\"name\":\"x\"}").status()).isEqualTo(400);
    assertThat(with("x".repeat(256)).post("/v1/organizations", "{\"name\":\"x\"}").status())
        .isEqualTo(400);
  }

  @Test
  void anAnswerOlderThanADayIsForgotten() {
    String first = with("k7").post("/v1/organizations", "{\"name\":\"x\"}").id();
    server
        .database()
        .execute(
            Role.SUPERUSER,
            "UPDATE tollgate.idempotency SET created_at = now() - interval '25 hours'"
                + " WHERE idempotency_key = 'k7'");
    Response again = with("k7").post("/v1/organizations", "{\"name\":\"x\"}");
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.id()).isNotEqualTo(first);
  }
}
