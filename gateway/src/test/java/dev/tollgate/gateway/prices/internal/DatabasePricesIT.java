package dev.tollgate.gateway.prices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.support.InMemorySnapshots;
import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.usage.TokenUsage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
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
    prices =
        new DatabasePrices(
            new PriceRows(DatabaseClient.create(schema.asGateway())), new InMemorySnapshots());
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
}
