package dev.tollgate.admin.access;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What is of organization A is to everybody of B as if it did not exist, to the byte: by path on
 * every route of the OpenAPI document, by query and by body.
 */
class IsolationIT {
  private static AdminServer server;
  private static World theirs;
  private static World ours;
  private static Map<String, Client> callers;

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
            "developer", tenants.member("developer", organization, ours.id("projects")),
            "viewer", tenants.member("viewer", organization));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"owner", "developer", "viewer"})
  void everyIdOfAnotherOrganizationIsAsOneOfNothingOnEveryRoute(String role) {
    List<String> tried = new ArrayList<>();
    server
        .as(null)
        .get("/openapi.json")
        .json()
        .at("/paths")
        .forEachEntry((path, methods) -> tryAll(role, path, methods, tried));
    assertThat(tried).hasSizeGreaterThan(60);
  }

  private static void tryAll(String role, String path, JsonNode methods, List<String> tried) {
    // the catalogue of providers is everybody's
    if (!path.contains("{") || path.startsWith("/v1/providers/")) {
      return;
    }
    methods.forEachEntry((name, operation) -> {
      String method = name.toUpperCase(Locale.ROOT);
      tried.add(method + " " + path);
      assertSame(role, method, path, theirs::id, theirs::nothing);
      if (path.indexOf('{') != path.lastIndexOf('{')) {
        assertSame(role, method, path, nested(theirs::id), nested(theirs::nothing));
      }
    });
  }

  /** What is named within something of ours. */
  private static UnaryOperator<String> nested(UnaryOperator<String> ids) {
    return collection ->
        List.of("organizations", "projects").contains(collection)
            ? ours.id(collection)
            : ids.apply(collection);
  }

  private static void assertSame(
      String role,
      String method,
      String path,
      UnaryOperator<String> foreign,
      UnaryOperator<String> nothing) {
    String to = World.fill(path, foreign);
    if (to.equals(World.fill(path, ours::id))) {
      return; // a name that we have too, such as a provider's
    }
    Response found = call(role, method, to, path);
    Response random = call(role, method, World.fill(path, nothing), path);
    assertThat(found.status())
        .as(role + " " + method + " " + to + ": " + found)
        .isIn(role.equals("owner") ? List.of(404) : List.of(404, 403));
    assertThat(found.status()).isEqualTo(random.status());
    assertThat(found.body()).as(role + " " + method + " " + path).isEqualTo(random.body());
    assertThat(found.header("etag")).isEqualTo(random.header("etag"));
  }

  private static Response call(String role, String method, String to, String path) {
    Client client = Objects.requireNonNull(callers.get(role)).with("X-Request-Id", "same");
    boolean bare = method.equals("GET") || method.equals("DELETE");
    return client.call(method, to, bare ? null : World.body(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/projects?organization_id=, organizations",
    "/v1/teams?organization_id=, organizations",
    "/v1/admin-keys?organization_id=, organizations",
    "/v1/templates?organization_id=, organizations",
    "/v1/environments?organization_id=, organizations",
    "/v1/credentials?organization_id=, organizations",
    "/v1/credentials?project_id=, projects",
    "/v1/services?organization_id=, organizations",
    "/v1/services?project_id=, projects",
    "/v1/keys?organization=, organizations",
    "/v1/keys?project=, projects",
    "/v1/keys?team=, teams",
    "/v1/audit?organization_id=, organizations",
  })
  void listsShowNothingOfIt(String query, String collection) {
    Client owner = owner();
    Response found = owner.get(query + theirs.id(collection));
    Response random = owner.get(query + theirs.nothing(collection));
    assertThat(found.status()).isEqualTo(random.status());
    assertThat(found.body()).isEqualTo(random.body());
    theirs
        .ids()
        .forEach((name, id) -> {
          if (id.contains("_")) {
            assertThat(found.body()).doesNotContain(id);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/projects | {'name':'x','organization_id':'%s'} | organizations",
        "/v1/teams | {'name':'x','organization_id':'%s'} | organizations",
        "/v1/teams | {'name':'x','project_ids':['%s']} | projects",
        "/v1/templates | {'name':'x','organization_id':'%s'} | organizations",
        "/v1/environments | {'name':'x','organization_id':'%s'} | organizations",
        "/v1/admin-keys | {'name':'x','role':'viewer','organization_id':'%s'} | organizations",
        "/v1/admin-keys | {'name':'x','role':'developer','projects':['%s']} | projects",
        "/v1/admin-keys | {'name':'x','user_id':'%s'} | members",
        "/v1/keys | {'name':'x','scope':{'organization_id':'%s'}} | organizations",
        "/v1/keys | {'name':'x','scope':{'projects':['%s']}} | projects",
        "/v1/keys | {'name':'x','scope':{'team_id':'%s'}} | teams",
        "/v1/keys | {'name':'x','type':'team','scope':{'team_id':'%s'}} | teams",
        "/v1/keys | {'name':'x','type':'user','members':[{'user_id':'%s'}]} | members",
        "/v1/keys | {'name':'x','type':'organization','members':[{'user_id':'%s'}]} | members",
        "/v1/keys | {'name':'x','type':'organization','permissions':{'inherit_from':'%s'}} | templates",
        "/v1/organizations/OURS/members | {'email':'n@b.c','role':'developer','project_ids':['%s']} | projects",
        "/v1/organizations/OURS/members | {'email':'n@b.c','role':'developer','team_ids':['%s']} | teams",
        "/v1/services | {'name':'x','provider':'openai','credential_id':'%s'} | credentials",
        "/v1/services | {'name':'x','provider':'ollama','base_url':'https://h.example','projects':['%s']} | projects",
      })
  void bodiesThatNameItAreAnsweredAsOnesThatNameNothing(
      String path, String body, String collection) {
    String to = path.replace("OURS", ours.id("organizations"));
    Response found = owner().post(to, json(body, theirs.id(collection)));
    Response random = owner().post(to, json(body, theirs.nothing(collection)));
    assertThat(found.status()).as(found.toString()).isIn(404, 422, 400);
    assertThat(found.status()).isEqualTo(random.status());
    assertThat(found.body()).isEqualTo(random.body());
  }

  @Test
  void everyListIsOfOursAlone() {
    for (String route : World.routes(server)) {
      String path = route.substring(route.indexOf(' ') + 1);
      if (route.startsWith("GET /v1/") && !path.contains("{")) {
        String body = owner().get(path).body();
        theirs
            .ids()
            .forEach((name, id) -> {
              if (id.contains("_")) {
                assertThat(body).as(path).doesNotContain(id);
              }
            });
      }
    }
  }

  private static Client owner() {
    return Objects.requireNonNull(callers.get("owner")).with("X-Request-Id", "same");
  }
}
