package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import dev.tollgate.deploy.launcher.database.EmbeddedDatabase;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * No secret is ever seen outside: not in a log line of any logger at its most talkative, from the
 * first start on, not in an answer or an error, not in the audit, not in any table. A whole life is
 * led first; then every place is looked at.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretsStayInsideIT {

  private static final String PROVIDER_KEY = "sk-canary-provider-8XwQ2mVtKz5RbY7nLc3J";
  private static final String REPLACED_KEY = "sk-canary-replaced-Hd4PqF9sTg6WvNx2Za8M";

  /** Stands in the clear in every place, to show that the places are really looked at. */
  private static final String CONTROL = "canary-control-that-is-no-secret";

  /** Is shown to who may read kept bodies, and stands in no table in the clear. */
  private static final String KEPT = "canary-of-a-prompt-that-is-kept";

  private final List<String> answers = new ArrayList<>();
  private Secrets secrets;
  private Bed bed;

  @BeforeAll
  void leadAWholeLife() {
    secrets = new Secrets();
    secrets.keep("the provider's key", PROVIDER_KEY);
    secrets.keep("the replaced key", REPLACED_KEY);
    bed = Bed.start(PROVIDER_KEY, REPLACED_KEY);
    secrets.keep("the root key", bed.rootKey());
    for (DatabaseRole role : DatabaseRole.values()) {
      secrets.keep("the password of " + role, bed.tollgate().database().password(role));
    }
    Tenant tenant = providers(bed.tenant());
    Tenant.Key key = tenant.key(",'metadata':{'note':'%s'}".formatted(CONTROL));
    secrets.keep("the virtual key", key.token());
    LoggerFactory.getLogger(SecretsStayInsideIT.class).trace("{}", CONTROL);
    useTheGateway(key);
    useProjectToken(tenant);
    useSigningKey(tenant);
    changeEverything(tenant, key);
    readEverything(tenant, key);
  }

  @AfterAll
  void stop() {
    bed.close();
    secrets.close();
  }

  private Tenant providers(Tenant tenant) {
    for (String name : List.of("openai", "anthropic", "gemini", "stripe")) {
      tenant.withProvider(name, bed.simulator().baseUrl(), PROVIDER_KEY);
    }
    return tenant.withProvider("refused", URI.create("http://127.0.0.1:1"), PROVIDER_KEY);
  }

  private void useTheGateway(Tenant.Key key) {
    for (Wire wire : Wire.values()) {
      for (String model :
          List.of(
              "gpt-4o",
              "sim-401",
              "sim-500",
              "sim-reset",
              "sim-garbage",
              "sim-set-cookie",
              "sim-cut-mid-event",
              "sim-redirect")) {
        keep(wire.ask(bed, key, model, true));
        keep(wire.ask(bed, key, model, false));
      }
      keep(bed.http().post(wire.path("m", false), "{\"broken", wire.keyHeader(key.token())));
      keep(
          bed.http()
              .post(
                  wire.path("m", false),
                  wire.body("m", false),
                  wire.keyHeader(key.token()),
                  "api-key: tgk_other"));
    }
    String gemini = Wire.GEMINI.path("gemini-2.5-flash", false);
    keep(
        bed.http()
            .post(gemini + "?key=" + key.token(), Wire.GEMINI.body("gemini-2.5-flash", false)));
    keep(bed.http().post(gemini + "?key=" + key.token(), "{\"broken"));
    keep(bed.http().post("/v1beta/nowhere?key=" + key.token(), "{}"));
    String basic =
        secrets.keep(
            "the virtual key as Basic",
            Base64.getEncoder()
                .encodeToString((key.token() + ":").getBytes(StandardCharsets.UTF_8)));
    // the simulator tells what it got, the provider's key included; that is its own doing
    bed.http().get("/stripe/v1/charges", "Authorization: Basic " + basic);
    keep(bed.http().get("/refused/v1/x", "Authorization: Bearer " + key.token()));
    keep(bed.http().get("/v1/nowhere", "Authorization: Bearer " + key.token()));
    keep(bed.http().get("/", "X-Request-Id: " + key.token()));
  }

  private void useProjectToken(Tenant tenant) {
    JsonNode made =
        bed.admin().post("/v1/projects/" + tenant.project() + "/tokens", "{'ttl':'1h'}");
    String token = secrets.keep("the project token", made.path("token").asString());
    keep(Wire.OPENAI.askAt(bed.gateway(), token, "gpt-4o"));
    keep(Wire.OPENAI.askAt(bed.gateway(), token + "x", "gpt-4o"));
    bed.admin()
        .delete("/v1/projects/" + tenant.project() + "/tokens/" + made.path("jti").asString());
    keep(Wire.OPENAI.askAt(bed.gateway(), token, "gpt-4o"));
  }

  private void useSigningKey(Tenant tenant) {
    Tenant.Key key =
        tenant.key(
            ",'permissions':{'data_access':{'log_requests':true}},"
                + "'security':{'authentication':{'require_signature':true,'require_nonce':true}}");
    secrets.keep("the signing key", key.token());
    String secret = secrets.keep("the signing secret", Objects.requireNonNull(key.signingSecret()));
    keep(askSigned(key, secret));
    keep(askSigned(key, secret + "x"));
    JsonNode rotated = bed.admin().post("/v1/keys/" + key.id() + "/rotate", "{}");
    secrets.keep("the signing key, rotated", rotated.path("key").asString());
    secrets.keep("the signing secret, rotated", rotated.path("signing_secret").asString());
    String logs = "/v1/keys/" + key.id() + "/logs";
    String id =
        await()
            .atMost(Tenant.ROW_BOUND)
            .until(
                () -> bed.admin().get(logs).at("/data/0/id").asString(""),
                found -> !found.isEmpty());
    assertThat(bed.admin().get(logs + "/" + id).toString()).contains(KEPT);
  }

  private Reply askSigned(Tenant.Key key, String secret) {
    String path = Wire.OPENAI.path("gpt-4o", false);
    String body =
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(KEPT);
    List<String> headers = new ArrayList<>();
    headers.add(Wire.OPENAI.keyHeader(key.token()));
    headers.addAll(
        Signature.right().headers("POST", path, body.getBytes(StandardCharsets.UTF_8), secret));
    return bed.http().post(path, body, headers.toArray(String[]::new));
  }

  private void changeEverything(Tenant tenant, Tenant.Key key) {
    Admin admin = bed.admin();
    String credential = tenant.provider("openai").path("credential_id").asString();
    answers.add(
        admin
            .put(
                "/v1/credentials/" + credential + "/value",
                "{'fields':{'api_key':'%s'}}".formatted(REPLACED_KEY))
            .toString());
    keep(Wire.OPENAI.ask(bed, key, "gpt-4o", false));
    String rotated =
        admin
            .post(
                "/v1/keys/" + key.id() + "/rotate",
                "{'grace_period_hours':1,'invalidate_old':false}")
            .path("key")
            .asString();
    secrets.keep("the rotated key", rotated);
    keep(Wire.OPENAI.askAt(bed.gateway(), rotated, "gpt-4o"));
    keep(Wire.OPENAI.askAt(bed.gateway(), key.token(), "gpt-4o"));
    refused("/v1/keys", "{'name':'n','expires_at':'%s'}".formatted(rotated));
    refused(
        "/v1/projects/" + tenant.project() + "/providers",
        "{'name':'x','base_url':'ftp://x','api_key':'%s'}".formatted(PROVIDER_KEY));
    refused("/v1/credentials", "{'api_key':'%s'".formatted(PROVIDER_KEY));
    admin.post("/v1/keys/" + key.id() + "/disable", "{'reason':'%s'}".formatted(CONTROL));
    keep(Wire.OPENAI.askAt(bed.gateway(), rotated, "gpt-4o"));
    admin.delete("/v1/projects/" + tenant.project() + "/providers/stripe");
  }

  /** A request that the admin API refuses; what it says of it is looked at as well. */
  private void refused(String path, String body) {
    Throwable failure = catchThrowable(() -> bed.admin().post(path, body));
    assertThat(failure).isInstanceOf(AssertionError.class);
    String message = String.valueOf(failure.getMessage());
    answers.add(message.substring(message.indexOf(" answered ")));
  }

  private void readEverything(Tenant tenant, Tenant.Key key) {
    tenant.usage(key, 40);
    for (String path :
        List.of(
            "/v1/keys",
            "/v1/keys/" + key.id(),
            "/v1/credentials",
            "/v1/services",
            "/v1/providers",
            "/v1/organizations",
            "/v1/projects",
            "/v1/projects/" + tenant.project() + "/providers",
            "/v1/projects/" + tenant.project() + "/tokens",
            "/v1/audit?limit=100",
            "/v1/keys/" + key.id() + "/audit",
            "/.well-known/jwks.json",
            "/openapi.json")) {
      Throwable failure = catchThrowable(() -> bed.admin().get(path));
      answers.add(failure == null ? "" : String.valueOf(failure.getMessage()));
    }
  }

  private void keep(Reply reply) {
    answers.add(reply.headers() + reply.text());
  }

  @Test
  void noLogLineOfAnyLoggerShowsOne() {
    assertThat(secrets.lines()).as("lines at TRACE").isGreaterThan(1_000);
    assertThat(secrets.seenInLog()).isEmpty();
  }

  @Test
  void theLogIsReallyLookedAt() {
    try (Secrets other = new Secrets()) {
      other.keep("control", CONTROL);
      LoggerFactory.getLogger("any.logger").trace("it says {}", CONTROL);
      LoggerFactory.getLogger("any").warn("fails", new IllegalStateException(CONTROL));
      assertThat(other.seenInLog())
          .containsExactlyInAnyOrder("control by any.logger", "control by any");
    }
  }

  @Test
  void noAnswerOrErrorShowsOne() {
    assertThat(answers).hasSizeGreaterThan(60);
    assertThat(answers).filteredOn(answer -> !secrets.in(answer).isEmpty()).isEmpty();
  }

  @Test
  void noReadingOfTheAdminApiShowsOne() {
    List<String> read = bed.admin().readAnswers();
    assertThat(read).anyMatch(answer -> answer.contains(CONTROL));
    assertThat(read).filteredOn(answer -> !secrets.in(answer).isEmpty()).isEmpty();
  }

  @Test
  void noTableHoldsOneInTheClear() throws Exception {
    List<String> found = new ArrayList<>();
    boolean control = false;
    try (Connection database = superuser();
        Statement statement = database.createStatement()) {
      List<String> tables = tables(statement);
      assertThat(tables).hasSizeGreaterThan(15);
      for (String table : tables) {
        for (Map.Entry<String, String> form : secrets.forms().entrySet()) {
          if (holds(database, table, form.getKey())) {
            found.add(form.getValue() + " in " + table);
          }
        }
        if (holds(database, table, KEPT)) {
          found.add("a kept prompt in " + table);
        }
        control |= holds(database, table, CONTROL);
      }
    }
    assertThat(control).as("the tables are really looked at").isTrue();
    assertThat(found).isEmpty();
  }

  private Connection superuser() throws Exception {
    EmbeddedDatabase database = bed.tollgate().database();
    return DriverManager.getConnection(
        database.jdbcUrl(),
        DatabaseRole.SUPERUSER.user(),
        database.password(DatabaseRole.SUPERUSER));
  }

  private static List<String> tables(Statement statement) throws Exception {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
                + " WHERE table_type = 'BASE TABLE' AND table_schema <> 'information_schema'"
                + " AND table_schema <> 'pg_catalog'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  /** A row as text shows bytes in hex, and text and JSON as they are. */
  private static boolean holds(Connection database, String table, String text) throws Exception {
    try (var query =
        database.prepareStatement(
            "SELECT EXISTS (SELECT 1 FROM " + table + " t WHERE position(? IN t::text) > 0)")) {
      query.setString(1, text);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
