package dev.tollgate.admin.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.schema.TestDatabase;
import dev.tollgate.admin.schema.TestDatabase.Role;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseDownIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answers503UntilTheDatabaseIsBack() {
    assertThat(server.get("/v1/projects").status()).isEqualTo(200);
    setReachable(false);
    try {
      Response refused = server.get("/v1/projects");
      assertThat(refused.status()).as(refused.body()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("service_unavailable");
      assertThat(refused.header("retry-after")).isNotNull();
      assertThat(server.post("/v1/organizations", "{\"name\":\"x\"}").status()).isEqualTo(503);
      assertThat(server.as(null).get("/health/ready").status()).isEqualTo(503);
      assertThat(server.as(null).get("/health/live").status()).isEqualTo(200);
      assertThat(server.as("tga_" + "0".repeat(49)).get("/v1/projects").status()).isEqualTo(401);
    } finally {
      setReachable(true);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(server.get("/v1/projects").status()).isEqualTo(200));
  }

  private static void setReachable(boolean reachable) {
    TestDatabase database = server.database();
    try (TestDatabase other = TestDatabase.create()) {
      other.execute(
          Role.SUPERUSER, "ALTER DATABASE " + database.name() + " ALLOW_CONNECTIONS " + reachable);
      other.execute(
          Role.SUPERUSER,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
              + database.name()
              + "'");
    }
  }
}
