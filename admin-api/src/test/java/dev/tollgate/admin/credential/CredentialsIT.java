package dev.tollgate.admin.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsIT {

  private static final String SECRET = "sk-proj-Canary0123456789abcdefgWXYZ";

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Response create(String owner, String name, String more) {
    return server.post(
        "/v1/credentials",
        """
        {%s,"name":"%s","provider":"openai","fields":{"api_key":"%s"}%s}\
        """
            .formatted(owner, name, SECRET, more));
  }

  private static String inProject(String project) {
    return "\"project_id\":\"" + project + "\"";
  }

  private static String value(String secret, String more) {
    return "{\"fields\":{\"api_key\":\"%s\"}%s}".formatted(secret, more);
  }

  @Test
  void isShownMaskedAndOpens() {
    String project = server.project(server.organization());
    Response made = create(inProject(project), "main", "");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/fields/api_key")).isEqualTo("sk-p…****…WXYZ");
    assertThat(made.json().at("/decryptable").asBoolean()).isTrue();
    assertThat(made.text("/allowed_hosts/0")).isEqualTo("api.openai.com");
    assertThat(made.json().at("/version").asInt()).isEqualTo(1);
    for (String path :
        new String[] {"/v1/credentials", "/v1/credentials/" + made.id(), "/v1/audit"}) {
      assertThat(server.get(path).body()).doesNotContain(SECRET);
    }
  }

  @Test
  void noTableHoldsTheSecretInClear() throws SQLException {
    create(inProject(server.project(server.organization())), "main", "");
    try (Connection connection = server.database().dataSource(Role.SUPERUSER).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT table_name, (xpath('/row/n/text()', query_to_xml(format("
                    + "'SELECT count(*) AS n FROM tollgate.%I t WHERE t::text LIKE ''%%Canary%%''',"
                    + " table_name), false, true, '')))[1]::text::int FROM information_schema.tables"
                    + " WHERE table_schema = 'tollgate'")) {
      while (rows.next()) {
        assertThat(rows.getInt(2)).as(rows.getString(1)).isZero();
      }
    }
  }

  @Test
  void namesAreUniqueInTheirOwnerAndCaseSensitive() {
    String organization = server.organization();
    String project = server.project(organization);
    assertThat(create(inProject(project), "a", "").status()).isEqualTo(201);
    assertThat(create(inProject(project), "a", "").code()).isEqualTo("name_taken");
    assertThat(create(inProject(project), "A", "").status()).isEqualTo(201);
    assertThat(create("\"organization_id\":\"" + organization + "\"", "a", "").status())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"a b\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"x\"}} | invalid_value | /name",
        "{\"name\":\"a\",\"provider\":\"nope\",\"fields\":{\"api_key\":\"x\"}} | unknown_provider | /provider",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"key\":\"x\"}} | unknown_field | /fields/key",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"x\",\"z\":\"y\"}} | unknown_field | /fields/z",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"x\\ny\"}} | invalid_value | /fields/api_key",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":7}} | invalid_value | /fields/api_key",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{}} | required | /fields/api_key",
        "{\"name\":\"a\",\"provider\":\"openai\"} | required | /fields/api_key",
        "{\"name\":\"a\",\"provider\":\"openai\",\"auth_method\":\"x\",\"fields\":{\"api_key\":\"x\"}} | unknown_auth_method | /auth_method",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"x\"},\"allowed_hosts\":[\"a b\"]} | invalid_value | /allowed_hosts/0",
        "{\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"x\"},\"expires_at\":\"2001-01-01T00:00:00Z\"} | invalid_value | /expires_at",
      })
  void refusesBadBodies(String body, String code, String pointer) {
    String project = server.project(server.organization());
    Response refused =
        server.post("/v1/credentials", "{" + inProject(project) + "," + body.substring(1));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.code()).as(refused.body()).isEqualTo(code);
    assertThat(refused.json().at("/errors").valueStream().map(e -> e.at("/pointer").asString()))
        .contains(pointer);
  }

  @Test
  void aNewValueTakesThePlaceOfTheOldOneAtOnce() {
    String id = create(inProject(server.project(server.organization())), "main", "").id();
    Response replaced =
        server.put("/v1/credentials/" + id + "/value", value("sk-second-0123456789abcdLAST", ""));
    assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
    assertThat(replaced.text("/fields/api_key")).isEqualTo("sk-s…****…LAST");
    assertThat(replaced.json().at("/value_version").asInt()).isEqualTo(2);
    Response versions = server.get("/v1/credentials/" + id + "/versions");
    assertThat(versions.json().at("/data")).hasSize(2);
    assertThat(versions.json().at("/data/0/current").asBoolean()).isTrue();
    assertThat(versions.json().at("/data/1/valid_until").isNull()).isTrue();
    assertThat(live(id)).isEqualTo(1);
  }

  @Test
  void withAGracePeriodTheOldValueStaysAsFallback() {
    String id = create(inProject(server.project(server.organization())), "main", "").id();
    server.put("/v1/credentials/" + id + "/value", value(SECRET, ",\"grace_period_hours\":2"));
    assertThat(live(id)).isEqualTo(2);
    Response versions = server.get("/v1/credentials/" + id + "/versions");
    assertThat(versions.text("/data/1/valid_until")).isNotEmpty();
  }

  @Test
  void anEarlierValueIsRestoredAsANewVersion() {
    String id = create(inProject(server.project(server.organization())), "main", "").id();
    server.put("/v1/credentials/" + id + "/value", value("sk-second-0123456789abcdLAST", ""));
    Response restored = server.post("/v1/credentials/" + id + "/versions/1/restore", "");
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertThat(restored.text("/fields/api_key")).isEqualTo("sk-p…****…WXYZ");
    assertThat(restored.json().at("/value_version").asInt()).isEqualTo(3);
    assertThat(restored.json().at("/decryptable").asBoolean()).isTrue();
    assertThat(server.post("/v1/credentials/" + id + "/versions/9/restore", "").status())
        .isEqualTo(404);
  }

  @Test
  void fewerHostsAreTakenAndMoreNeedTheSecretAgain() {
    String id =
        create(
                inProject(server.project(server.organization())),
                "main",
                ",\"allowed_hosts\":[\"A.example.com\",\"b.example.com:8443\",\"a.example.com:443\"]")
            .id();
    Response shown = server.get("/v1/credentials/" + id);
    assertThat(shown.json().at("/allowed_hosts").toString())
        .isEqualTo("[\"a.example.com\",\"b.example.com:8443\"]");
    Response fewer =
        server.patch("/v1/credentials/" + id, "{\"allowed_hosts\":[\"a.example.com\"]}");
    assertThat(fewer.status()).as(fewer.body()).isEqualTo(200);
    assertThat(fewer.json().at("/decryptable").asBoolean()).isTrue();
    Response more =
        server.patch(
            "/v1/credentials/" + id, "{\"allowed_hosts\":[\"a.example.com\",\"c.example.com\"]}");
    assertThat(more.status()).isEqualTo(422);
    assertThat(more.code()).isEqualTo("credential_required");
  }

  @Test
  void aRowWhoseHostsWereChangedDoesNotOpen() {
    String id = create(inProject(server.project(server.organization())), "main", "").id();
    server
        .database()
        .execute(
            Role.SUPERUSER,
            "UPDATE tollgate.credential_version SET allowed_hosts = '{evil.example.com}'"
                + " WHERE credential_id = '"
                + id
                + "'");
    assertThat(server.get("/v1/credentials/" + id).json().at("/decryptable").asBoolean()).isFalse();
  }

  @Test
  void aValueThatDoesNotOpenIsNotBoundToFewerHosts() {
    String project = server.project(server.organization());
    String id =
        create(inProject(project), "main", ",\"allowed_hosts\":[\"a.example\",\"b.example\"]").id();
    database(
        "UPDATE tollgate.credential_version SET allowed_hosts = '{a.example,b.example,c.example}'"
            + " WHERE credential_id = '%s'",
        id);
    refusesToNarrow(id);
    database(
        "UPDATE tollgate.credential_version SET allowed_hosts = '{a.example,b.example}'"
            + " WHERE credential_id = '%s'",
        id);
    database(
        "INSERT INTO tollgate.project (id, organization_id, name)"
            + " SELECT 'moved_' || id, organization_id, 'moved' FROM tollgate.project WHERE id = '%s'",
        project);
    database(
        "UPDATE tollgate.data_key SET project_id = 'moved_' || project_id WHERE project_id = '%s'",
        project);
    refusesToNarrow(id);
  }

  private static void refusesToNarrow(String id) {
    String path = "/v1/credentials/" + id;
    Response refused = server.patch(path, "{\"allowed_hosts\":[\"a.example\"]}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("not_decryptable");
    Response restored = server.post(path + "/versions/1/restore", "");
    assertThat(restored.code()).as(restored.body()).isEqualTo("not_decryptable");
    assertThat(server.get(path).json().at("/allowed_hosts").size()).isGreaterThan(1);
  }

  private static void database(String statement, String id) {
    server.database().execute(Role.SUPERUSER, statement.formatted(id));
  }

  @Test
  void nothingIsPutIntoAProjectThatIsBeingDeleted() throws Exception {
    String project = server.project(server.organization());
    try (Connection deletion = server.database().dataSource(Role.SUPERUSER).getConnection();
        Statement statement = deletion.createStatement();
        ExecutorService creator = Executors.newSingleThreadExecutor()) {
      deletion.setAutoCommit(false);
      statement.execute("SELECT FROM tollgate.project WHERE id = '" + project + "' FOR UPDATE");
      Future<Response> late = creator.submit(() -> create(inProject(project), "late", ""));
      await().until(() -> count("pg_locks WHERE NOT granted") > 0);
      statement.execute(
          "UPDATE tollgate.project SET deleted_at = now() WHERE id = '" + project + "'");
      deletion.commit();
      assertThat(late.get().status()).as(late.get().body()).isEqualTo(404);
    }
    assertThat(count("tollgate.credential WHERE project_id = '" + project + "'")).isZero();
  }

  @Test
  void deletingAProjectDestroysItsDataKeyAndCredentials() {
    String project = server.project(server.organization());
    String id = create(inProject(project), "main", "").id();
    assertThat(count("tollgate.data_key WHERE project_id = '" + project + "'")).isEqualTo(1);
    server.delete("/v1/projects/" + project);
    assertThat(count("tollgate.data_key WHERE project_id = '" + project + "'")).isZero();
    assertThat(server.get("/v1/credentials/" + id).status()).isEqualTo(404);
  }

  @Test
  void anotherOrganizationSeesNothingOfIt() {
    String id = create(inProject(server.project(server.organization())), "main", "").id();
    Client stranger = server.member(server.organization(), "owner");
    assertThat(stranger.get("/v1/credentials/" + id).status()).isEqualTo(404);
    assertThat(stranger.get("/v1/credentials").json().at("/data")).isEmpty();
    assertThat(stranger.call("PUT", "/v1/credentials/" + id + "/value", value("x", "")).status())
        .isEqualTo(404);
    assertThat(stranger.delete("/v1/credentials/" + id).status()).isEqualTo(404);
    assertThat(stranger.get("/v1/credentials/" + id + "/versions").status()).isEqualTo(404);
  }

  private static int live(String id) {
    return count("gateway_v1.credential WHERE credential_id = '" + id + "'");
  }

  private static int count(String from) {
    try (Connection connection = server.database().dataSource(Role.SUPERUSER).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
