package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What requests cost, from the price that an administrator makes to the usage row. */
class PricesIT {

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String MODEL = "sim-cached+reasoning";
  private static final String COST = "x-tollgate-cost-usd";

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();

  private JsonNode price(String provider, String model, String components) {
    return bed.admin()
        .post(
            "/v1/prices",
            "{'organization_id':'%s','provider':'%s','model':'%s','components':%s}"
                .formatted(tenant.organization(), provider, model, components));
  }

  private void awaitPrice(Wire wire) {
    Tenant.Key probe = tenant.key();
    await()
        .atMost(CHANGE_BOUND)
        .until(() -> wire.ask(bed, probe, MODEL, false).header(COST) != null);
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI,false",
    "OPENAI,true",
    "ANTHROPIC,false",
    "ANTHROPIC,true",
    "GEMINI,false",
    "GEMINI,true"
  })
  void aPriceIsInForceOnARunningGatewayAndChargedExactly(Wire wire, boolean streamed) {
    Tenant.Key before = tenant.key();
    wire.ask(bed, before, MODEL, streamed);
    JsonNode unpriced = tenant.onlyUsage(before);
    assertThat(unpriced.path("cost").isNull()).as(unpriced.toString()).isTrue();
    assertThat(unpriced.path("unpriced").asBoolean()).isTrue();

    price(
        wire.provider(), MODEL, "{'input':0.37,'cached_input':0.037,'output':2.9,'reasoning':3.1}");
    awaitPrice(wire);
    Tenant.Key key = tenant.key();
    Reply answer = wire.ask(bed, key, MODEL, streamed);
    JsonNode row = JSON.readTree(tenant.onlyUsage(key).toString());
    assertThat(row.path("unpriced").asBoolean()).isFalse();
    assertThat(row.path("cost").decimalValue()).isEqualByComparingTo(expected(row.path("tokens")));
    if (streamed) {
      assertThat(answer.header(COST)).isNull();
    } else {
      assertThat(answer.header(COST)).isEqualTo(expected(row.path("tokens")).toPlainString());
    }
  }

  /** Dollars per million tokens are micro-dollars a token. */
  private static BigDecimal expected(JsonNode tokens) {
    long cached = tokens.path("cached").asLong();
    long reasoning = tokens.path("reasoning").asLong();
    return times("0.37", tokens.path("input").asLong() - cached)
        .add(times("0.037", cached))
        .add(times("2.9", tokens.path("output").asLong() - reasoning))
        .add(times("3.1", reasoning))
        .setScale(0, RoundingMode.CEILING)
        .movePointLeft(6)
        .stripTrailingZeros();
  }

  private static BigDecimal times(String price, long count) {
    return new BigDecimal(price).multiply(BigDecimal.valueOf(count));
  }

  @Test
  void theCatalogueIsInForceFromTheStart() {
    tenant.withModels("openai", "[{'name':'house','alias_of':'gpt-4o-mini'}]");
    Tenant.Key key = tenant.key();
    await()
        .atMost(CHANGE_BOUND)
        .until(() -> Wire.OPENAI.ask(bed, key, "house", false).header(COST) != null);
  }

  @Test
  void aPriceOfOneOrganizationIsNotAnothersPrice() {
    price("openai", MODEL, "{'input':1,'output':1}");
    awaitPrice(Wire.OPENAI);
    Tenant other = bed.tenantWithProviders();
    assertThat(Wire.OPENAI.ask(bed, other.key(), MODEL, false).header(COST)).isNull();
  }
}
