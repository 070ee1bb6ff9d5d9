package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chatWithModel;
import static dev.tollgate.deploy.e2e.PolicyTrial.allows;
import static dev.tollgate.deploy.e2e.PolicyTrial.refuses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import dev.tollgate.deploy.launcher.database.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Fields that limit what requests may cost, and how many tokens one may have. */
final class CostCases {

  /** Everybody's price of it is a thousandth of a dollar a token. */
  static final String MODEL = "sim-priced";

  private static final String COSTS = "/rate_limits/costs/";
  private static final String OF_MODEL = "/permissions/models/limits/*/";

  private static final int BAD = 400;
  private static final int TOO_MANY = 429;

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(
              COSTS + "per_request_max",
              Decides.everywhere(wire ->
                  List.of(
                      allows("enough", "1000", chatWithModel(wire, MODEL)),
                      refuses(
                          "too little",
                          "0.001",
                          chatWithModel(wire, MODEL),
                          BAD,
                          "request_too_expensive")))),
          entry(COSTS + "per_hour_max", budget()),
          entry(COSTS + "per_day_max", budget()),
          entry(COSTS + "per_month_max", budget()),
          entry(
              COSTS + "alert_threshold",
              new Does("tells once when a part of a budget is spent", CostCases::alerts)),
          entry(
              "/permissions/advanced_features/zero_completion_insurance",
              new Does("charges nothing for nothing", CostCases::insures)),
          entry(OF_MODEL + "max_cost_per_day", budget()),
          entry(
              OF_MODEL + "max_tokens_per_request",
              Decides.everywhere(wire ->
                  List.of(
                      allows("enough", "1000", chatWithModel(wire, MODEL)),
                      refuses(
                          "too few",
                          "1",
                          chatWithModel(wire, MODEL),
                          BAD,
                          "max_tokens_exceeded")))));

  private CostCases() {}

  private static Decides budget() {
    return Decides.everywhere(wire ->
        List.of(
            allows("enough", "1000", chatWithModel(wire, MODEL)),
            refuses("nothing", "0", chatWithModel(wire, MODEL), TOO_MANY, "insufficient_quota"),
            refuses(
                "too little",
                "0.001",
                chatWithModel(wire, MODEL),
                TOO_MANY,
                "insufficient_quota")));
  }

  private static void insures(Bed bed, Tenant tenant) {
    for (Wire wire : Wire.values()) {
      assertThat(costOfNothing(bed, tenant, wire, true)).isZero();
      assertThat(costOfNothing(bed, tenant, wire, false)).isPositive();
    }
  }

  /** The prompt is read, and nothing is generated. */
  private static double costOfNothing(Bed bed, Tenant tenant, Wire wire, boolean insured) {
    Tenant.Key key =
        tenant.key(
            ",'permissions':{'advanced_features':{'zero_completion_insurance':%s}}"
                .formatted(insured));
    wire.ask(bed, key, MODEL + "+long-0", false);
    return tenant.onlyUsage(key).path("cost").asDouble();
  }

  private static void alerts(Bed bed, Tenant tenant) {
    Tenant.Key key =
        tenant.key(",'rate_limits':{'costs':{'per_day_max':20,'alert_threshold':0.000001}}");
    PolicyEffects.passes(bed, chatWithModel(Wire.OPENAI, MODEL), key);
    await()
        .atMost(Tenant.ROW_BOUND.multipliedBy(4))
        .untilAsserted(() -> assertThat(thresholds(bed, key)).hasSize(1));
    PolicyEffects.passes(bed, chatWithModel(Wire.OPENAI, MODEL), key);
    tenant.usage(key, 2);
    assertThat(thresholds(bed, key)).hasSize(1);
  }

  private static List<JsonNode> thresholds(Bed bed, Tenant.Key key) {
    return bed.admin()
        .get("/v1/audit?resource_id=" + key.id())
        .path("data")
        .valueStream()
        .filter(event -> event.path("action").asString().equals("budget.threshold"))
        .toList();
  }

  /** As if the catalogue had them: for every tenant that comes. */
  static void makePrices(Bed bed) {
    EmbeddedDatabase database = bed.tollgate().database();
    try (Connection connection =
            DriverManager.getConnection(
                database.jdbcUrl(),
                DatabaseRole.MIGRATOR.user(),
                database.password(DatabaseRole.MIGRATOR));
        Statement statement = connection.createStatement()) {
      for (Wire wire : Wire.values()) {
        statement.execute(
            """
            INSERT INTO tollgate.price (id, provider, model, effective_from, components, max_output_tokens,
                                        context_tokens, source, source_date, created_by)
            VALUES ('prc_%1$s', '%1$s', '%2$s*', '2026-01-01', '{"input":1000,"output":1000}', 1000, 10000, 'test',
                    '2026-01-01', 'test')
            """
                .formatted(wire.provider(), MODEL));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
