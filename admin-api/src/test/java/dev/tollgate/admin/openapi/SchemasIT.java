package dev.tollgate.admin.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Routes.Route;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document against what every route takes and answers. */
class SchemasIT {

  private static final Set<String> VERSIONED = Set.of("PATCH", "PUT", "DELETE");

  /** What ends many things, which have no version together. */
  private static final Set<String> WITHOUT_VERSION =
      Set.of(
          "DELETE /v1/projects/{id}/tokens",
          "DELETE /v1/keys/self/usage",
          "DELETE /v1/keys/self/logs");

  private static AdminServer server;
  private static List<Route> routes;

  private World world;
  private Client owner;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    routes = Routes.documented(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeWorld() {
    world = new World(server);
    owner = new Tenants(server).member("owner", world.id("organizations"));
  }

  private Client callerOf(Route route) {
    if (route.path().startsWith("/v1/keys/self/")) {
      return world.key();
    }
    boolean rootOnly = route.toString().equals("POST /v1/organizations");
    return rootOnly ? server.as(server.rootKey()) : owner;
  }

  @Test
  void theDocumentTellsOfWhatHoldsForEveryRoute() {
    for (Route route : routes) {
      if (route.path().startsWith("/v1/")) {
        JsonNode problem =
            route
                .operation()
                .at("/responses/default/content/application~1problem+json/schema/$ref");
        assertThat(problem.asString()).as(route.toString()).endsWith("/Problem");
        Set<String> headers = headers(route);
        boolean versioned =
            VERSIONED.contains(route.method()) && !WITHOUT_VERSION.contains(route.toString());
        assertThat(headers.contains("If-Match"))
            .as(route.toString())
            .isEqualTo(versioned || route.path().endsWith("/approve"));
        assertThat(headers.contains("Idempotency-Key"))
            .as(route.toString())
            .isEqualTo(route.method().equals("POST"));
      }
    }
  }

  private static Set<String> headers(Route route) {
    return route
        .operation()
        .path("parameters")
        .valueStream()
        .filter(parameter -> parameter.path("in").asString().equals("header"))
        .map(parameter -> parameter.path("name").asString())
        .collect(Collectors.toSet());
  }

  @Test
  void theDocumentSaysWhoMayCall() {
    for (Route route : routes) {
      JsonNode security = route.operation().path("security");
      String told = route.operation().path("description").asString("");
      if (!route.path().startsWith("/v1/")) {
        assertThat(security.isArray() && security.isEmpty()).as(route.toString()).isTrue();
      } else if (route.path().startsWith("/v1/keys/self/")) {
        assertThat(security.at("/0").has("virtual_key")).as(route.toString()).isTrue();
        assertThat(told).as(route.toString()).contains("_data");
      } else {
        assertThat(told).as(route.toString()).startsWith("For the root key");
        assertThat(told.contains("owner"))
            .as(route.toString())
            .isNotEqualTo(route.toString().equals("POST /v1/organizations"));
      }
    }
  }

  /** What takes no body. */
  private static final Set<String> BODILESS =
      Set.of(
          "/v1/credentials/{id}/versions/{version}/restore",
          "/v1/credentials/{id}/test",
          "/v1/keys/{id}/enable",
          "/v1/keys/{id}/approve");

  @Test
  void everyAnswerIsAsTheDocumentSays() {
    SchemaCheck check = new SchemaCheck(server.as(null).get("/openapi.json").json());
    Map<String, List<String>> differences = new TreeMap<>();
    for (Route route : routes) {
      if (route.method().equals("POST") && !Bodies.CALLS_A_PROVIDER.contains(route.path())) {
        String body = Bodies.of(route.path());
        Response answer = callerOf(route).post(world.fill(route.path()), body);
        differences.put(route.toString(), differences(check, route, answer));
      }
    }
    for (Route route : routes) {
      if (Set.of("GET", "PATCH", "PUT").contains(route.method())
          && route.path().startsWith("/v1/")) {
        String body = World.body(route.method(), route.path());
        Response answer = callerOf(route).call(route.method(), world.fill(route.path()), body);
        differences.put(route.toString(), differences(check, route, answer));
      }
    }
    differences.values().removeIf(List::isEmpty);
    assertThat(differences).isEmpty();
  }

  private static List<String> differences(SchemaCheck check, Route route, Response answer) {
    JsonNode described =
        route.operation().path("responses").path(Integer.toString(answer.status()));
    JsonNode schema = described.at("/content/application~1json/schema");
    return check.properties(schema).isEmpty()
        ? List.of(answer.status() + " is not described")
        : check.differences(schema, answer.json());
  }

  @Test
  void everyBodyIsAsTheDocumentSays() {
    SchemaCheck check = new SchemaCheck(server.as(null).get("/openapi.json").json());
    for (Route route : routes) {
      if (List.of("POST", "PATCH", "PUT").contains(route.method())
          && !BODILESS.contains(route.path())) {
        JsonNode schema = route.operation().at("/requestBody/content/application~1json/schema");
        Set<String> names = check.properties(schema);
        assertThat(names).as(route.toString()).isNotEmpty();
        names.forEach(name -> assertKnown(route, name, true));
        assertKnown(route, "no_such_field", false);
      }
    }
  }

  private void assertKnown(Route route, String name, boolean known) {
    Response found =
        callerOf(route)
            .call(route.method(), world.fill(route.path()), "{\"" + name + "\":{\"?\":[]}}");
    boolean refused =
        found
            .json()
            .path("errors")
            .valueStream()
            .anyMatch(error ->
                error.path("code").asString().equals("unknown_field")
                    && error.path("pointer").asString().equals("/" + name));
    assertThat(refused).as(route + " " + name + ": " + found).isNotEqualTo(known);
    assertThat(found.status()).as(route + " " + name + ": " + found).isEqualTo(400);
  }
}
