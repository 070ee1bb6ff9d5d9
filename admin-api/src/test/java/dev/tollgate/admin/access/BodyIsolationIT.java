package dev.tollgate.admin.access;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Routes.Route;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** A body that names what is of another organization is answered as one that names nothing. */
class BodyIsolationIT {

  /** Method, path (its variables are ours), body, and what kind of id stands for %s in it. */
  static final List<String> BODIES =
      List.of(
          "POST /v1/projects | {'name':'x','organization_id':'%s'} | organizations",
          "POST /v1/teams | {'name':'x','organization_id':'%s'} | organizations",
          "POST /v1/teams | {'name':'x','project_ids':['%s']} | projects",
          "PATCH /v1/teams/{id} | {'project_ids':['%s']} | projects",
          "POST /v1/templates | {'name':'x','organization_id':'%s'} | organizations",
          "PATCH /v1/templates/{id} | {'organization_id':'%s'} | organizations",
          "POST /v1/environments | {'name':'x','organization_id':'%s'} | organizations",
          "PATCH /v1/environments/{id} | {'organization_id':'%s'} | organizations",
          "POST /v1/admin-keys | {'name':'x','role':'viewer','organization_id':'%s'} | organizations",
          "POST /v1/admin-keys | {'name':'x','role':'developer','projects':['%s']} | projects",
          "POST /v1/admin-keys | {'name':'x','user_id':'%s'} | members",
          "POST /v1/organizations/{id}/members | {'email':'n@b.c','role':'developer','project_ids':['%s']} | projects",
          "POST /v1/organizations/{id}/members | {'email':'n@b.c','role':'developer','team_ids':['%s']} | teams",
          "PATCH /v1/organizations/{id}/members/{user} | {'role':'developer','project_ids':['%s']} | projects",
          "PATCH /v1/organizations/{id}/members/{user} | {'role':'developer','team_ids':['%s']} | teams",
          "POST /v1/credentials | {'name':'x','provider':'openai','value':'sk-0123456789abcdef','organization_id':'%s'} | organizations",
          "POST /v1/credentials | {'name':'x','provider':'openai','value':'sk-0123456789abcdef','project_id':'%s'} | projects",
          "POST /v1/credentials | {'name':'x','provider':'openai','value':'sk-0123456789abcdef','environment':'%s'} | environment by name",
          "PATCH /v1/credentials/{id} | {'environment':'%s'} | environment by name",
          "POST /v1/services | {'name':'x','provider':'openai','organization_id':'%s'} | organizations",
          "POST /v1/prices | {'provider':'openai','model':'m','components':{'input':1},'organization_id':'%s'} | organizations",
          "POST /v1/services | {'name':'x','provider':'openai','project_id':'%s'} | projects",
          "POST /v1/services | {'name':'x','provider':'openai','credential_id':'%s'} | credentials",
          "POST /v1/services | {'name':'x','provider':'ollama','base_url':'https://h.example','projects':['%s']} | projects",
          "POST /v1/services | {'name':'x','provider':'ollama','base_url':'https://h.example','environment':'%s'} | environment by name",
          "PATCH /v1/services/{id} | {'credential_id':'%s'} | credentials",
          "PATCH /v1/services/{id} | {'projects':['%s']} | projects",
          "PATCH /v1/services/{id} | {'environment':'%s'} | environment by name",
          "POST /v1/projects/{id}/tokens | {'environment':'%s'} | environment by name",
          "POST /v1/keys | {'name':'x','scope':{'organization_id':'%s'}} | organizations",
          "POST /v1/keys | {'name':'x','scope':{'projects':['%s']}} | projects",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS','%s']}} | projects",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS'],'organization_id':'%s'}} | organizations",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS'],'team_id':'%s'}} | teams",
          "POST /v1/keys | {'name':'x','scope':{'team_id':'%s'}} | teams",
          "POST /v1/keys | {'name':'x','type':'team','scope':{'team_id':'%s'}} | teams",
          "POST /v1/keys | {'name':'x','type':'team','scope':{'organization_id':'%s'}} | organizations",
          "POST /v1/keys | {'name':'x','type':'team','scope':{'projects':['%s']}} | projects",
          "POST /v1/keys | {'name':'x','type':'organization','scope':{'organization_id':'%s'}} | organizations",
          "POST /v1/keys | {'name':'x','type':'organization','scope':{'projects':['%s']}} | projects",
          "POST /v1/keys | {'name':'x','type':'user','members':[{'user_id':'%s'}]} | members",
          "POST /v1/keys | {'name':'x','type':'organization','members':[{'user_id':'%s'}]} | members",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS']},'environment':'%s'} | environment by name",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS']},'permissions':{'inherit_from':'%s'}} | templates",
          "POST /v1/keys | {'name':'x','scope':{'projects':['OURS']},'permissions':{'inherit_from':'%s'}} | template by name",
          "PATCH /v1/keys/{id} | {'scope':{'organization_id':'%s'}} | organizations",
          "PATCH /v1/keys/{id} | {'scope':{'projects':['%s']}} | projects",
          "PATCH /v1/keys/{id} | {'scope':{'team_id':'%s'}} | teams",
          "PATCH /v1/keys/{id} | {'members':[{'user_id':'%s'}]} | members",
          "PATCH /v1/keys/{id} | {'environment':'%s'} | environment by name",
          "PATCH /v1/keys/{id} | {'permissions':{'inherit_from':'%s'}} | templates",
          "PATCH /v1/keys/{id} | {'permissions':{'inherit_from':'%s'}} | template by name");

  /** What of a schema names something of an organization. */
  private static final Pattern NAMES_SOMETHING =
      Pattern.compile(".*_ids?|projects|inherit_from|environment");

  private static AdminServer server;
  private static World theirs;
  private static World ours;
  private static Client owner;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
    theirs = new World(server);
    ours = new World(server);
    owner =
        new Tenants(server).member("owner", ours.id("organizations")).with("X-Request-Id", "same");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @FieldSource("BODIES")
  void aBodyThatNamesItIsAnsweredAsOneThatNamesNothing(String line) {
    String[] parts = line.split(" \\| ", -1);
    String collection = parts[2];
    Response found = send(parts[0], parts[1], theirs.id(collection));
    Response random = send(parts[0], parts[1], theirs.nothing(collection));
    assertThat(found.status()).as(found.toString()).isIn(404, 422, 400);
    assertThat(found.code()).as(found.toString()).isNotEqualTo("unknown_field");
    assertThat(found.status()).as(random.toString()).isEqualTo(random.status());
    assertThat(told(found, theirs.id(collection)))
        .isEqualTo(told(random, theirs.nothing(collection)));
  }

  private static Response send(String route, String body, String id) {
    int blank = route.indexOf(' ');
    return owner.call(
        route.substring(0, blank),
        ours.fill(route.substring(blank + 1)),
        json(body.replace("OURS", ours.id("projects")), id));
  }

  /** What was sent may come back. */
  private static String told(Response response, String sent) {
    return response.body().replace(sent, "");
  }

  @Test
  void everyFieldOfTheDocumentThatNamesSomethingIsTried() {
    TreeSet<String> missing = new TreeSet<>();
    JsonNode document = server.as(null).get("/openapi.json").json();
    for (Route route : Routes.documented(server)) {
      JsonNode schema = route.operation().at("/requestBody/content/application~1json/schema");
      fields(document, schema, 0)
          .filter(field -> NAMES_SOMETHING.matcher(field).matches())
          .filter(field -> BODIES.stream().noneMatch(line -> tries(line, route, field)))
          .forEach(field -> missing.add(route + " " + field));
    }
    assertThat(missing).isEmpty();
  }

  private static boolean tries(String line, Route route, String field) {
    String path = route.path().replaceAll("\\{[^}]*}", "{}");
    return line.replaceAll("\\{[a-z]*}", "{}").startsWith(route.method() + " " + path + " |")
        && line.contains("'" + field + "':");
  }

  private static Stream<String> fields(JsonNode document, JsonNode schema, int depth) {
    JsonNode resolved =
        schema.has("$ref") ? document.at(schema.path("$ref").asString().substring(1)) : schema;
    if (depth > 6) {
      return Stream.of();
    }
    return Stream.concat(
        resolved
            .path("properties")
            .propertyStream()
            .flatMap(property ->
                Stream.concat(
                    Stream.of(property.getKey()),
                    fields(document, property.getValue(), depth + 1))),
        resolved.has("items") ? fields(document, resolved.path("items"), depth + 1) : Stream.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/organizations/{id}/members | {'email':'ann@company.com','subject':'auth0:1','role':'viewer'}",
        "/v1/teams | {'name':'taken'}",
        "/v1/templates | {'name':'taken'}",
        "/v1/environments | {'name':'taken'}",
        "/v1/projects | {'name':'taken'}",
        "/v1/credentials | {'name':'taken','provider':'openai','value':'sk-0123456789abcdef'}",
        "/v1/services | {'name':'taken','provider':'ollama','base_url':'https://h.example'}",
        "/v1/keys | {'name':'taken','type':'organization'}",
      },
      quoteCharacter = '`')
  void aNameThatAnotherOrganizationUsesIsFree(String path, String body) {
    String organization = server.organization();
    String another = server.organization();
    Client other = new Tenants(server).member("owner", organization);
    Response first = other.post(path.replace("{id}", organization), json(body));
    assertThat(first.status()).as(first.toString()).isEqualTo(201);
    Response made =
        new Tenants(server)
            .member("owner", another)
            .post(path.replace("{id}", another), json(body));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
  }
}
