package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Routes.Route;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is of one organization is to everybody of another as if it did not exist, to the byte: by
 * path and by query on every route of the OpenAPI document. {@link BodyIsolationIT} tries bodies.
 */
class IsolationIT {
  private static AdminServer server;
  private static World theirs;
  private static World ours;
  private static Map<String, Client> callers;
  private static List<Route> routes;
  private static Map<String, String> before;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    theirs = new World(server);
    ours = new World(server);
    Tenants tenants = new Tenants(server);
    String organization = ours.id("organizations");
    callers =
        Map.of(
            "owner", tenants.member("owner", organization),
            "admin", tenants.member("admin", organization),
            "developer", tenants.member("developer", organization, ours.id("projects")),
            "viewer", tenants.member("viewer", organization),
            "key", ours.key());
    routes = Routes.documented(server);
    before = all();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** All that can be read of the other organization; its audit tells of these readings too. */
  private static Map<String, String> all() {
    Map<String, String> found = new TreeMap<>();
    routes.stream()
        .filter(route -> route.method().equals("GET") && isOfTenants(route))
        .filter(route -> !route.path().endsWith("/audit") && !isForKeys(route))
        .map(route -> theirs.fill(route.path()))
        .forEach(path -> found.put(path, server.get(path).toString()));
    return found;
  }

  @AfterEach
  void nothingOfTheirsIsChanged() {
    assertThat(all()).isEqualTo(before).allSatisfy((_, found) -> assertThat(found).startsWith("2"));
  }

  /** The catalogue of providers is everybody's. */
  private static boolean isOfTenants(Route route) {
    return route.path().contains("{") && !route.path().startsWith("/v1/providers/");
  }

  private static boolean isForKeys(Route route) {
    return route.path().startsWith("/v1/keys/self/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"owner", "admin", "developer", "viewer", "key"})
  void everyIdOfAnotherOrganizationIsAsOneOfNothingOnEveryRoute(String caller) {
    List<Route> tried = routes.stream().filter(IsolationIT::isOfTenants).toList();
    assertThat(tried).hasSizeGreaterThan(60);
    tried.forEach(route -> tryAllOf(caller, route));
  }

  private static void tryAllOf(String caller, Route route) {
    List<String> places = World.places(route.path());
    int last = places.size() - 1;
    for (int at = 0; at <= last; at++) {
      tryKinds(caller, route, places, at);
    }
    assertSame(
        caller,
        route,
        places.stream().map(theirs::id).toList(),
        places.stream().map(theirs::nothing).toList(),
        true);
  }

  /** Every kind of id in one place of the path, in the others what is ours. */
  private static void tryKinds(String caller, Route route, List<String> places, int at) {
    for (String kind : theirs.kinds()) {
      boolean suits = kind.equals(places.get(at));
      if (suits || caller.equals("owner")) {
        assertSame(
            caller,
            route,
            oursBut(places, at, theirs.id(kind)),
            oursBut(places, at, theirs.nothing(kind)),
            suits);
      }
    }
  }

  private static List<String> oursBut(List<String> places, int at, String id) {
    List<String> values = new ArrayList<>(places.stream().map(ours::id).toList());
    values.set(at, id);
    return values;
  }

  private static void assertSame(
      String caller, Route route, List<String> foreign, List<String> nothing, boolean suits) {
    Response found = call(caller, route, foreign);
    Response random = call(caller, route, nothing);
    String what = caller + " " + route + " " + foreign + ": " + found;
    assertThat(found.status()).as(what).isIn(expected(caller, route, suits));
    assertThat(found.code()).as(what).isNotEmpty();
    assertThat(found.header("content-type")).as(what).isEqualTo("application/problem+json");
    assertThat(told(found)).as(what).isEqualTo(told(random));
  }

  /** 404 from whoever may use the route at all. */
  private static List<Integer> expected(String caller, Route route, boolean suits) {
    boolean may = isForKeys(route) ? caller.equals("key") : caller.equals("owner");
    if (!may) {
      return List.of(401, 403, 404);
    }
    return suits ? List.of(404) : List.of(404, 400);
  }

  private static Response call(String caller, Route route, List<String> values) {
    return client(caller)
        .call(
            route.method(),
            World.fill(route.path(), values),
            World.body(route.method(), route.path()));
  }

  private static Client client(String caller) {
    return Objects.requireNonNull(callers.get(caller)).with("X-Request-Id", "same");
  }

  /** All of an answer but its time. */
  private static List<Object> told(Response response) {
    Map<String, List<String>> headers = new TreeMap<>(response.raw().headers().map());
    headers.remove("date");
    return List.of(response.status(), headers, response.body());
  }

  @Test
  void everyIdInEveryQueryIsAsOneOfNothing() {
    List<String> tried = new ArrayList<>();
    for (Route route : routes) {
      boolean read = route.method().equals("GET") && route.path().startsWith("/v1/");
      if (read && !route.path().startsWith("/v1/providers")) {
        String caller = isForKeys(route) ? "key" : "owner";
        List<String> parameters = new ArrayList<>(route.queryParameters());
        parameters.removeAll(List.of("limit", "cursor"));
        for (String parameter : parameters) {
          tried.add(parameter);
          tryQuery(caller, route, "?" + parameter + "=");
          tryQuery(caller, route, "?effective=true&" + parameter + "=");
        }
      }
    }
    assertThat(tried)
        .contains("organization_id", "project_id", "resource_id", "user_id", "project", "team");
  }

  private static void tryQuery(String caller, Route route, String query) {
    String path = ours.fill(route.path()) + query;
    for (String kind : theirs.kinds()) {
      Response found = client(caller).get(path + theirs.id(kind));
      Response random = client(caller).get(path + theirs.nothing(kind));
      assertThat(found.status()).as(found + path + theirs.id(kind)).isIn(200, 400, 404);
      assertThat(told(found)).as(path + theirs.id(kind)).isEqualTo(told(random));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"owner", "developer", "viewer"})
  void everythingThatIsReadIsOfOursAlone(String caller) {
    for (Route route : routes) {
      boolean read = route.method().equals("GET") && route.path().startsWith("/v1/");
      if (read && !route.path().startsWith("/v1/providers/")) {
        String path = ours.fill(route.path());
        String body = client(caller).get(path).body();
        assertThat(theirs.itsOwn()).as(path).noneMatch(body::contains);
      }
    }
  }

  @Test
  void whatIsNoIdIsRefusedAndNeverAFault() {
    List<Route> tried = routes.stream().filter(IsolationIT::isOfTenants).toList();
    for (Route route : tried) {
      String caller = isForKeys(route) ? "key" : "owner";
      nonsense()
          .forEach(nonsense -> {
            Response found =
                call(
                    caller, route, World.places(route.path()).stream().map(_ -> nonsense).toList());
            assertThat(found.status()).as(route + nonsense + found).isIn(404, 400);
            assertThat(found.header("content-type")).as(route + nonsense).contains("problem+json");
          });
    }
  }

  /** Also for the root key, which no organization keeps from asking the database. */
  @Test
  void nonsenseInAQueryIsRefusedAndNeverAFault() {
    for (Route route : routes) {
      if (route.method().equals("GET") && route.path().startsWith("/v1/") && !isForKeys(route)) {
        for (String parameter : route.queryParameters()) {
          String path = ours.fill(route.path()) + "?" + parameter + "=";
          for (String nonsense : List.of("%00", "a%00b", "%F0%28%8C%28", "%27", "%5Cu0000")) {
            Response found = server.get(path + nonsense);
            assertThat(found.status()).as(path + nonsense + found).isIn(200, 400, 404);
          }
        }
      }
    }
  }

  private static Stream<String> nonsense() {
    return Stream.of(
        "%00", "%F0%28%8C%28", "%2E%2E", "a%2Fb", "x;y=z", "%25s", "'", "9".repeat(300), "-1");
  }
}
