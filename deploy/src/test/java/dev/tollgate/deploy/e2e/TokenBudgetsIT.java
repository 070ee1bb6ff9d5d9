package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a project token may cost, and what models cost that have no price. */
class TokenBudgetsIT {

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final String MODEL = "sim-plain";
  private static final String COST = "x-tollgate-cost-usd";

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();

  private Tenant.Key token(String body) {
    JsonNode made = bed.admin().post("/v1/projects/" + tenant.project() + "/tokens", body);
    return new Tenant.Key(made.path("jti").asString(), made.path("token").asString(), null);
  }

  private Reply ask(Tenant.Key caller) {
    return Wire.OPENAI.ask(bed, caller, MODEL, false);
  }

  private void price(String model, String apiece) {
    bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'openai','model':'%s','components':{'input':0,'output':0,'request':%s}}"
                .formatted(tenant.organization(), model, apiece));
  }

  private void unknownPrice(String word) {
    bed.admin().patch("/v1/projects/" + tenant.project(), "{'unknown_price':'%s'}".formatted(word));
    tenant.awaitChangesInForce(bed);
  }

  private static void assertRefused(Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.text()).contains(code);
  }

  @Test
  void aTokenSpendsWhatItMayAndNoMore() {
    price(MODEL, "0.004");
    await().atMost(CHANGE_BOUND).until(() -> ask(tenant.key()).header(COST) != null);
    Tenant.Key token = token("{'max_cost':'0.010000'}");
    assertThat(ask(token).header(COST)).isEqualTo("0.004");
    assertThat(ask(token).status()).isEqualTo(200);
    assertRefused(ask(token), 429, "insufficient_quota");
    assertThat(ask(token("{}")).status()).isEqualTo(200);
    assertRefused(ask(token("{'max_cost':0}")), 429, "insufficient_quota");
  }

  @Test
  void aModelWithoutAPriceIsRefusedWhereMoneyIsLimitedAndThatIsAsked() {
    Tenant.Key limited = token("{'max_cost':1}");
    assertThat(ask(limited).status()).isEqualTo(200);
    unknownPrice("deny");
    assertRefused(ask(limited), 403, "model_price_unknown");
    assertThat(ask(token("{}")).status()).isEqualTo(200);
  }

  @Test
  void aModelWithoutAPriceCostsTheDefaultWhereMoneyIsLimitedAndThatIsAsked() {
    price("*", "0.4");
    unknownPrice("charge_default");
    Tenant.Key limited = token("{'max_cost':1}");
    assertThat(ask(limited).header(COST)).isEqualTo("0.4");
    assertThat(ask(limited).header(COST)).isEqualTo("0.4");
    assertRefused(ask(limited), 429, "insufficient_quota");
    assertThat(ask(tenant.key()).header(COST)).isNull();
  }
}
