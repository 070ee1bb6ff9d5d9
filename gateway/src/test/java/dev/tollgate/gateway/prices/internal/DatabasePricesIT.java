package dev.tollgate.gateway.prices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.prices.AnsweredModels.Answered;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.support.InMemorySnapshots;
import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.usage.TokenUsage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;

/** The view of prices of a real PostgreSQL, at start and after changes. */
class DatabasePricesIT {

  private static TestSchema schema;

  @SuppressWarnings("NullAway.Init") // before each test
  private DatabasePrices prices;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  @BeforeEach
  void make() {
    prices = ofAGateway();
  }

  private static DatabasePrices ofAGateway() {
    DatabaseClient database = DatabaseClient.create(schema.asGateway());
    return new DatabasePrices(
        new PriceRows(database), new SharedModels(database), new InMemorySnapshots());
  }

  @AfterEach
  void empty() {
    prices.stop();
    schema.execute("TRUNCATE tollgate.price, tollgate.organization CASCADE");
  }

  private static void put(String id, String components) {
    schema.execute(
        """
        INSERT INTO tollgate.price (id, provider, model, effective_from, components, max_output_tokens,
            context_tokens, source, source_date, created_by)
          VALUES ('%s', 'openai', '%s', '2026-01-01T00:00:00Z', '%s', 16384, 128000, 's', '2026-01-01', 't')
        """
            .formatted(id, id, components));
  }

  private @Nullable ModelPrice find(String organization, String model) {
    return prices.book().find(organization, "openai", List.of(model), Instant.now());
  }

  @Test
  void isThereWhenItHasStarted() {
    put("m", "{\"input\":0.1,\"output\":0.000001}");
    prices.start();
    ModelPrice found = find("org_1", "m");
    assertThat(found).isNotNull();
    assertThat(found.version()).isEqualTo("m");
    assertThat(found.maxOutputTokens()).isEqualTo(16384);
    assertThat(found.contextTokens()).isEqualTo(128000);
    assertThat(found.costMicroUsd(new TokenUsage(10, 1_000_000, 0, 0, 0))).isEqualTo(2);
  }

  @Test
  void tiersOfServiceAndSearchesAreRead() {
    put(
        "m",
        "{\"input\":2,\"file_search\":0.0025,\"service_tiers\":{\"flex\":0.5,\"priority\":{\"input\":3.5}}}");
    prices.start();
    ModelPrice found = Objects.requireNonNull(find("org_1", "m"));
    TokenUsage million = new TokenUsage(1_000_000, 0, 0, 0, 0);
    assertThat(found.at("flex").costMicroUsd(million)).isEqualTo(1_000_000);
    assertThat(found.at("priority").costMicroUsd(million)).isEqualTo(3_500_000);
    assertThat(found.apiece().searches().file()).isEqualTo(2_500_000_000L);
  }

  @Test
  void isReadAgainAfterAChange() {
    prices.start();
    assertThat(find("org_1", "later")).isNull();
    put("later", "{\"input\":1}");
    prices.pricesChanged();
    await().until(() -> find("org_1", "later") != null);
  }

  @Test
  void onePriceThatCannotBeReadHidesNoOther() {
    put("odd", "{\"input\":\"free\"}");
    put("even", "{\"input\":1}");
    prices.start();
    assertThat(find("org_1", "odd")).isNull();
    assertThat(find("org_1", "even")).isNotNull();
  }

  @Test
  void theLastBookHoldsWhileTheDatabaseIsAway() {
    put("m", "{\"input\":1}");
    prices.start();
    schema.execute("REVOKE SELECT ON gateway_v1.price FROM tollgate_gateway");
    try {
      prices.pricesChanged();
      put("n", "{\"input\":1}");
      assertThat(find("org_1", "m")).isNotNull();
    } finally {
      schema.execute("GRANT SELECT ON gateway_v1.price TO tollgate_gateway");
    }
    await().until(() -> find("org_1", "n") != null);
  }

  @Test
  void startsWithoutTheDatabaseAndReadsWhenItIsThere() {
    schema.execute("REVOKE SELECT ON gateway_v1.price FROM tollgate_gateway");
    put("m", "{\"input\":1}");
    try {
      prices.start();
      assertThat(find("org_1", "m")).isNull();
    } finally {
      schema.execute("GRANT SELECT ON gateway_v1.price TO tollgate_gateway");
    }
    await().until(() -> find("org_1", "m") != null);
  }

  @Test
  void pricesOfAnOrganizationThatIsGoneAreGone() {
    schema.execute(
        """
        INSERT INTO tollgate.organization (id, name, deleted_at) VALUES ('org_1', 'o', NULL), ('org_2', 'p', now());
        INSERT INTO tollgate.price (id, organization_id, provider, model, effective_from, components, created_by)
          VALUES ('own', 'org_1', 'openai', 'x', now(), '{"input":1}', 't'),
                 ('gone', 'org_2', 'openai', 'x', now(), '{"input":1}', 't')
        """);
    prices.start();
    assertThat(find("org_1", "x")).isNotNull();
    assertThat(find("org_2", "x")).isNull();
  }

  private static void putService(String id) {
    schema.execute(
        """
        INSERT INTO tollgate.organization (id, name) VALUES ('org_1', 'o') ON CONFLICT DO NOTHING;
        INSERT INTO tollgate.provider_kind (name, protocols, auth, definition) VALUES ('openai', '{openai}', '{}', '{}')
          ON CONFLICT DO NOTHING;
        INSERT INTO tollgate.service (id, organization_id, name, provider, resolved_base_url, priority, created_by)
          VALUES ('%s', 'org_1', '%s', 'openai', 'https://x', 0, 't')
        """
            .formatted(id, id));
  }

  private static void awaitLearned(String answered) {
    await()
        .until(
            () -> schema.column("SELECT answered FROM tollgate.answered_model").contains(answered));
  }

  @Test
  void whatAModelTurnedOutToBeIsKnownToAllGatewaysAndAfterARestart() {
    putService("svc_1");
    DatabasePrices other = ofAGateway();
    try {
      prices.start();
      other.start();
      prices.answeredModels().learn(new Answered("svc_1", "mine", "gpt-4o"));
      awaitLearned("gpt-4o");
      assertThat(schema.column("SELECT target FROM tollgate.change")).contains("prices");
      other.pricesChanged();
      await().until(() -> "gpt-4o".equals(other.answeredModels().nameOf("svc_1", "mine")));
    } finally {
      other.stop();
    }
    DatabasePrices restarted = ofAGateway();
    restarted.start();
    restarted.stop();
    assertThat(restarted.answeredModels().nameOf("svc_1", "mine")).isEqualTo("gpt-4o");
    schema.execute("DELETE FROM tollgate.service");
    assertThat(schema.column("SELECT model FROM tollgate.answered_model")).isEmpty();
  }

  @Test
  void tellsWhatItHasLearnedOnceTheDatabaseIsBack() {
    putService("svc_1");
    prices.start();
    schema.execute("REVOKE EXECUTE ON FUNCTION gateway_v1.learn_model FROM tollgate_gateway");
    try {
      prices.answeredModels().learn(new Answered("svc_1", "mine", "gpt-4o"));
      prices.answeredModels().learn(new Answered("svc_gone", "mine", "gpt-4o"));
      prices.answeredModels().learn(new Answered("svc_1", "un\u0000storable", "gpt-4o"));
      prices.answeredModels().learn(new Answered("svc_1", "yours", "o3"));
    } finally {
      schema.execute("GRANT EXECUTE ON FUNCTION gateway_v1.learn_model TO tollgate_gateway");
    }
    awaitLearned("o3");
    assertThat(schema.column("SELECT model FROM tollgate.answered_model"))
        .containsExactlyInAnyOrder("mine", "yours");
  }

  @Test
  void aRouterIsLearnedOnceAnHourAndNobodyFillsTheTable() {
    putService("svc_1");
    String learn = "SELECT gateway_v1.learn_model('svc_1', '%s', '%s');";
    schema.execute(learn.formatted("auto", "a") + learn.formatted("auto", "b"));
    assertThat(schema.column("SELECT answered FROM tollgate.answered_model")).containsExactly("a");
    schema.execute("UPDATE tollgate.answered_model SET learned_at = now() - interval '61 minutes'");
    schema.execute(learn.formatted("auto", "b"));
    assertThat(schema.column("SELECT answered FROM tollgate.answered_model")).containsExactly("b");
    schema.execute(
        "SELECT gateway_v1.learn_model('svc_1', 'm' || n, 'a') FROM generate_series(1, 1100) n");
    assertThat(schema.column("SELECT count(*) FROM tollgate.answered_model"))
        .containsExactly("1000");
  }
}
