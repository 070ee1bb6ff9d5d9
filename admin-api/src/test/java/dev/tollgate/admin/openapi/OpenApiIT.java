package dev.tollgate.admin.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Routes.Route;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiIT {

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
  void describesEveryRouteOfTheRunningServerAndNoOther() {
    Response document = server.as(null).get("/openapi.json");
    assertThat(document.status()).isEqualTo(200);
    assertThat(document.text("/openapi")).startsWith("3.1");
    Set<String> served = Routes.served(server);
    assertThat(Routes.documented(server)).extracting(Route::toString).hasSameElementsAs(served);
    assertThat(served).hasSizeGreaterThan(90);
  }

  @Test
  void namesMembersAsTheyAreSent() {
    JsonNode document = server.as(null).get("/openapi.json").json();
    JsonNode body = document.at("/components/schemas/NewProject");
    assertThat(body.at("/properties").has("organization_id")).as(body.toString()).isTrue();
    assertThat(body.at("/required").toString()).contains("name");
    assertThat(document.toString()).doesNotContain("organizationId\"").doesNotContain("Caller");
  }

  @Test
  void isBrowsableWithoutTheInternet() {
    Response docs = server.as(null).get("/docs");
    assertThat(docs.status()).isEqualTo(302);
    URI page = server.uri("/").resolve(String.valueOf(docs.header("location")));
    Response index = server.as(null).get(page.getPath());
    assertThat(index.status()).isEqualTo(200);
    assertThat(index.body()).contains("swagger-ui").doesNotContain("https://");
    String script = page.resolve("swagger-initializer.js").getPath();
    assertThat(server.as(null).get(script).body()).contains("/openapi.json");
    assertThat(server.as(null).get("/openapi.json/swagger-config").body())
        .contains("/openapi.json");
  }
}
