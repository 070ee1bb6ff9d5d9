package dev.tollgate.admin.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The application apart, its management server on a port of its own. */
class ManagementIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static AdminServer server;
  private static int port;

  @BeforeAll
  static void start() {
    server = AdminServer.startWith(Map.of("management.server.port", "0"));
    port =
        server
            .context()
            .getEnvironment()
            .getRequiredProperty("local.management.port", Integer.class);
  }

  @AfterAll
  static void stop() {
    server.close();
    HTTP.close();
  }

  private static int status(String path) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void answersWithoutAKeyOnItsOwnPort() throws Exception {
    assertThat(status("/actuator/health")).isEqualTo(200);
    assertThat(status("/actuator/prometheus")).isEqualTo(200);
  }

  @Test
  void exposesNothingElseThere() throws Exception {
    for (String path : new String[] {"/actuator/env", "/actuator/heapdump", "/v1/organizations"}) {
      assertThat(status(path)).as(path).isEqualTo(404);
    }
  }

  @Test
  void isNotOnThePublicPort() {
    for (String path : new String[] {"/actuator/health", "/actuator/prometheus", "/actuator"}) {
      assertThat(server.as(null).get(path).status()).as(path).isEqualTo(401);
      assertThat(server.get(path).status()).as(path).isEqualTo(404);
    }
  }
}
