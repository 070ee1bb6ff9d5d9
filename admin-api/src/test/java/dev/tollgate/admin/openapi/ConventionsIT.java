package dev.tollgate.admin.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Routes.Route;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What holds for every route alike, tried on every one of them. */
class ConventionsIT {

  /** What is shown once. */
  private static final Set<String> SECRETS = Set.of("key", "signing_secret", "token");

  private static final Set<String> SHOWN_ONCE_BY =
      Set.of("/v1/admin-keys", "/v1/keys", "/v1/keys/{id}/rotate", "/v1/projects/{id}/tokens");

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

  private List<Route> all(String method) {
    List<Route> found = routes.stream().filter(route -> route.method().equals(method)).toList();
    assertThat(found).hasSizeGreaterThan(9);
    return found;
  }

  private Client callerOf(Route route) {
    if (route.path().startsWith("/v1/keys/self/")) {
      return world.key();
    }
    boolean rootOnly = route.toString().equals("POST /v1/organizations");
    return rootOnly ? server.as(server.rootKey()) : owner;
  }

  @Test
  void everyPostIsDoneOnceUnderOneIdempotencyKey() {
    for (Route route : all("POST")) {
      if (!Bodies.CALLS_A_PROVIDER.contains(route.path())) {
        String body = Bodies.of(route.path());
        tryTwice(route, callerOf(route).with("Idempotency-Key", "k" + route.path()), body);
      }
    }
  }

  private void tryTwice(Route route, Client client, String body) {
    String path = world.fill(route.path());
    Response first = client.post(path, body);
    assertThat(first.status()).as(route + ": " + first).isIn(200, 201);
    Response second = client.post(path, body);
    assertThat(second.status()).as(route + ": " + second).isEqualTo(first.status());
    ObjectNode told = (ObjectNode) first.json();
    Set<String> secrets = new HashSet<>(told.propertyNames());
    secrets.retainAll(SECRETS);
    assertThat(secrets.isEmpty()).as(route + ": " + first).isNotEqualTo(isShownOnceBy(route));
    told.remove(secrets);
    assertThat(second.json()).as(route.toString()).isEqualTo(told);
    String other = body.replace("'n'", "'m'").replace("\"n\"", "\"m\"").replace("0123\"", "9\"");
    if (!other.equals(body)) {
      Response reused = client.post(path, other);
      assertThat(reused.status()).as(route + ": " + reused).isEqualTo(422);
      assertThat(reused.code()).isEqualTo("idempotency_key_reused");
    }
  }

  private static boolean isShownOnceBy(Route route) {
    return SHOWN_ONCE_BY.contains(route.path());
  }

  @Test
  void everyChangeHonoursTheVersionThatTheCallerSaw() {
    Set<String> tried = new TreeSet<>();
    for (Route route : routes) {
      if (VERSIONED.contains(route.method()) && !WITHOUT_VERSION.contains(route.toString())) {
        tried.add(route.toString());
        refusesAnotherVersion(route);
        if (!route.method().equals("DELETE")) {
          takesTheOneThatIsShown(route);
        }
      }
    }
    assertThat(tried).hasSizeGreaterThan(28);
  }

  @Test
  void everyPatchMayCallItselfOne() {
    for (Route route : all("PATCH")) {
      Response changed =
          owner
              .with("Content-Type", "application/merge-patch+json")
              .call("PATCH", world.fill(route.path()), "{}");
      assertThat(changed.status()).as(route + ": " + changed).isEqualTo(200);
    }
  }

  private void refusesAnotherVersion(Route route) {
    Response stale =
        owner
            .with("If-Match", "\"999\"")
            .call(
                route.method(), world.fill(route.path()), World.body(route.method(), route.path()));
    assertThat(stale.status()).as(route + ": " + stale).isEqualTo(412);
    assertThat(stale.code()).isEqualTo("version_mismatch");
  }

  private void takesTheOneThatIsShown(Route route) {
    String path = world.fill(route.path());
    String tag = tagOf(path.replaceFirst("/value$", ""));
    Response changed =
        owner
            .with("If-Match", tag)
            .call(route.method(), path, World.body(route.method(), route.path()));
    assertThat(changed.status()).as(route + ": " + changed).isEqualTo(200);
    assertThat(changed.header("etag")).as(route.toString()).isNotEqualTo(tag).isNotNull();
    assertThat(tagOf(path.replaceFirst("/value$", ""))).isEqualTo(changed.header("etag"));
  }

  private String tagOf(String path) {
    return Objects.requireNonNull(owner.get(path).header("etag"), path);
  }

  @Test
  void everyListIsPaged() {
    Set<String> lists = new TreeSet<>();
    for (Route route : all("GET")) {
      String path = world.fill(route.path());
      Client client = callerOf(route);
      JsonNode answer = client.get(path).json();
      String rows = answer.has("data") ? "data" : "events";
      if (answer.path(rows).isArray()) {
        lists.add(route.path());
        assertThat(answer.has("next_cursor")).as(route.toString()).isTrue();
        assertThat(client.get(path + "?limit=1").json().path(rows).size())
            .as(route.toString())
            .isLessThan(2);
        assertThat(client.get(path + "?limit=0").code()).as(path).isEqualTo("invalid_limit");
        assertThat(client.get(path + "?cursor=!").code()).as(path).isEqualTo("invalid_cursor");
      }
    }
    assertThat(lists).hasSizeGreaterThan(18);
  }

  @Test
  void everyRefusalIsAProblem() {
    for (Route route : routes) {
      if (route.path().startsWith("/v1/")) {
        String path = world.fill(route.path());
        Client client = callerOf(route);
        assertProblem(route, server.as(null).call(route.method(), path, null), 401);
        assertProblem(route, client.call("TRACK", path, null), 400, 405);
        if (List.of("POST", "PATCH", "PUT").contains(route.method())) {
          assertProblem(route, client.call(route.method(), path, "{"), 400);
          assertProblem(route, client.call(route.method(), path, "[]"), 400);
          assertProblem(
              route, client.call(route.method(), path, "{\"no_such_field\":1}"), 400, 422);
        }
      }
    }
  }

  private static void assertProblem(Route route, Response found, Integer... statuses) {
    String what = route + ": " + found;
    assertThat(found.status()).as(what).isIn((Object[]) statuses);
    assertThat(found.header("content-type")).as(what).isEqualTo("application/problem+json");
    assertThat(found.text("/type")).as(what).endsWith(found.code()).startsWith("urn:");
    assertThat(found.json().at("/status").asInt()).as(what).isEqualTo(found.status());
    assertThat(found.text("/request_id")).as(what).isNotEmpty();
    assertThat(found.code()).as(what).matches("[a-z_]+");
  }
}
