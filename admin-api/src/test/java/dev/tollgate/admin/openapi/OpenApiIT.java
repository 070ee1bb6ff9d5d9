package dev.tollgate.admin.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
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
    assertThat(described(document.json())).isEqualTo(served());
    assertThat(served()).hasSizeGreaterThan(30);
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

  private static Set<String> described(JsonNode document) {
    Set<String> operations = new TreeSet<>();
    document
        .at("/paths")
        .forEachEntry((path, methods) ->
            methods.forEachEntry((method, operation) ->
                operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    return operations;
  }

  private static Set<String> served() {
    return server
        .context()
        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods()
        .entrySet()
        .stream()
        .filter(entry -> isOurs(entry.getValue()))
        .flatMap(entry -> routes(entry.getKey()).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOurs(HandlerMethod handler) {
    return handler.getBeanType().getName().startsWith("dev.tollgate.");
  }

  private static Set<String> routes(RequestMappingInfo mapping) {
    Set<String> routes = new TreeSet<>();
    mapping
        .getMethodsCondition()
        .getMethods()
        .forEach(method ->
            mapping
                .getPatternsCondition()
                .getPatterns()
                .forEach(pattern -> routes.add(method + " " + pattern.getPatternString())));
    return routes;
  }
}
