package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.UnknownPrice;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PriceDecisionTest {

  private static final ModelPrice PRICE =
      new ModelPrice(
          "prc_1",
          Instant.EPOCH,
          TokenPrices.FREE,
          List.of(),
          ModelPrice.Apiece.NOTHING,
          null,
          null,
          false);

  @ParameterizedTest
  @EnumSource
  void aKnownPriceIsCharged(UnknownPrice unknown) {
    assertThat(PriceDecision.of(unknown, PRICE, null)).isEqualTo(new PriceDecision.Charged(PRICE));
  }

  @Test
  void anUnknownOneIsWhatTheProjectSays() {
    assertThat(PriceDecision.of(UnknownPrice.of("allow"), null, PRICE))
        .isEqualTo(new PriceDecision.Free());
    assertThat(PriceDecision.of(UnknownPrice.of("charge_default"), null, PRICE))
        .isEqualTo(new PriceDecision.Charged(PRICE));
    assertRefused(PriceDecision.of(UnknownPrice.of("deny"), null, PRICE));
    assertRefused(PriceDecision.of(UnknownPrice.of("charge_default"), null, null));
  }

  private static void assertRefused(PriceDecision decision) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            PriceDecision.Refused.class,
            refused -> {
              assertThat(refused.rejection().code().status()).isEqualTo(403);
              assertThat(refused.rejection().code().code()).isEqualTo("model_price_unknown");
            });
  }
}
