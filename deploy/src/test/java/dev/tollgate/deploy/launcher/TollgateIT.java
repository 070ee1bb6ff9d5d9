package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TollgateIT {

  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    http.shutdownNow();
  }

  @Test
  void servesBothAndShowsBothOnOneManagementServer() throws Exception {
    try (Tollgate tollgate = start()) {
      assertThat(get(tollgate.gatewayUrl(), "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(tollgate.adminUrl(), "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(tollgate.managementUrl(), "/health").body()).contains("\"UP\"");
      assertThat(get(tollgate.managementUrl(), "/metrics").body())
          .contains("jvm_memory_used_bytes");
      assertThat(get(tollgate.gatewayUrl(), "/metrics").statusCode()).isNotEqualTo(200);
      assertThat(get(tollgate.adminUrl(), "/metrics").statusCode()).isNotEqualTo(200);
    }
  }

  @Test
  void keepsItsDataOverARestart() throws Exception {
    SecretString rootKey;
    try (Tollgate tollgate = start()) {
      rootKey = tollgate.rootKey();
      assertThat(createOrganization(tollgate).statusCode()).isEqualTo(201);
    }
    try (Tollgate tollgate = start()) {
      assertThat(tollgate.rootKey()).isEqualTo(rootKey);
      assertThat(organizations(tollgate).body()).contains("\"kept\"");
    }
  }

  @Test
  void refusesADirectoryThatIsInUse() {
    try (Tollgate first = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("another Tollgate");
      assertThat(first.gatewayUrl()).isNotNull();
    }
  }

  @Test
  void leavesNothingBehindWhenAPortIsTaken() {
    try (Tollgate first = start()) {
      LauncherOptions options =
          RunningTollgate.options(directory.resolve("second"))
              .withPorts(first.gatewayUrl().getPort(), 0, 0);
      assertThatThrownBy(() -> Tollgate.start(options))
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("port " + first.gatewayUrl().getPort());
      assertThat(directory.resolve("second/postgres/postmaster.pid")).doesNotExist();
    }
  }

  @Test
  void stopsItsDatabase() {
    try (Tollgate tollgate = start()) {
      assertThat(pidFile()).exists();
      assertThat(tollgate.database().port()).isPositive();
    }
    assertThat(pidFile()).doesNotExist();
    assertThat(Files.exists(directory.resolve("data/postgres/PG_VERSION"))).isTrue();
  }

  @Test
  void theEndOfOneLeavesAnotherOfTheSameProcessServing() throws Exception {
    try (Tollgate first = start()) {
      LauncherOptions others = RunningTollgate.options(directory.resolve("second"));
      Tollgate.start(others).close();
      assertThat(get(first.gatewayUrl(), "/health/live").statusCode()).isEqualTo(200);
      assertThat(organizations(first).statusCode()).isEqualTo(200);
    }
  }

  private Path pidFile() {
    return directory.resolve("data/postgres/postmaster.pid");
  }

  private Tollgate start() {
    return Tollgate.start(RunningTollgate.options(directory.resolve("data")));
  }

  private HttpResponse<String> get(URI server, String path) throws Exception {
    return http.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> createOrganization(Tollgate tollgate) throws Exception {
    return http.send(
        organizationsRequest(tollgate)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\":\"kept\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> organizations(Tollgate tollgate) throws Exception {
    return http.send(organizationsRequest(tollgate).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder organizationsRequest(Tollgate tollgate) {
    return HttpRequest.newBuilder(tollgate.adminUrl().resolve("/v1/organizations"))
        .header("Authorization", "Bearer " + tollgate.rootKey().reveal(SecretAccess.granted()));
  }
}
