package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a key shows of its budgets after its requests have spent from them. */
class LeftOfBudgetsIT {

  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  /** A lease that nobody uses goes back by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String MODEL = "sim-plain";

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();

  private JsonNode shown(Tenant.Key key) {
    return bed.admin().get("/v1/keys/" + key.id());
  }

  private static JsonNode budget(JsonNode key, String scope, String window) {
    return key.path("budgets")
        .valueStream()
        .filter(one ->
            one.path("scope").asString().equals(scope)
                && one.path("window").asString().equals(window))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsSpentIsShownAtEveryLevelAndWhatIsLeftIsTheLeast() {
    bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'openai','model':'%s','components':{'input':0,'output':0,'request':0.25}}"
                .formatted(tenant.organization(), MODEL));
    Tenant.Key probe = tenant.key();
    await()
        .atMost(CHANGE_BOUND)
        .until(
            () -> Wire.OPENAI.ask(bed, probe, MODEL, false).header("x-tollgate-cost-usd") != null);
    double before = 0.25 * tenant.usage(probe, 1).stream().filter(LeftOfBudgetsIT::cost).count();
    bed.admin()
        .put(
            "/v1/projects/" + tenant.project() + "/policy",
            "{'rate_limits':{'costs':{'per_day_max':4,'per_month_max':100}}}");
    Tenant.Key key = tenant.key(",'rate_limits':{'costs':{'per_day_max':3.75}}");
    tenant.awaitChangesInForce(bed);
    for (int i = 0; i < 2; i++) {
      assertThat(Wire.OPENAI.ask(bed, key, MODEL, false).status()).isEqualTo(200);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          JsonNode now = shown(key);
          assertThat(budget(now, "key", "day").path("spent").asDouble()).isEqualTo(0.5);
          assertThat(budget(now, "key", "day").path("reserved").asDouble()).isZero();
          assertThat(budget(now, "project", "day").path("spent").asDouble())
              .isGreaterThanOrEqualTo(0.5 + before);
          assertThat(budget(now, "project", "month").path("limit").asDouble()).isEqualTo(100);
          double left = 4 - budget(now, "project", "day").path("spent").asDouble();
          assertThat(now.at("/remaining/costs/per_day_max").asDouble())
              .isEqualTo(Math.min(3.25, left));
        });
  }

  private static boolean cost(JsonNode row) {
    return row.path("cost").isNumber();
  }
}
