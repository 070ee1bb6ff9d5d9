package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.prices.UnknownPrice.Decision;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnknownPriceTest {

  private static final ModelPrice PRICE =
      new ModelPrice(
          "prc_1",
          Instant.EPOCH,
          TokenPrices.FREE,
          List.of(),
          ModelPrice.Apiece.NOTHING,
          null,
          null);

  @ParameterizedTest
  @EnumSource
  void aKnownPriceIsCharged(UnknownPrice unknown) {
    assertThat(unknown.decide(PRICE, null)).isEqualTo(new Decision.Charged(PRICE));
  }

  @Test
  void anUnknownOneIsWhatTheProjectSays() {
    assertThat(UnknownPrice.of("allow").decide(null, PRICE)).isEqualTo(new Decision.Free());
    assertThat(UnknownPrice.of("charge_default").decide(null, PRICE))
        .isEqualTo(new Decision.Charged(PRICE));
    assertRefused(UnknownPrice.of("deny").decide(null, PRICE));
    assertRefused(UnknownPrice.of("charge_default").decide(null, null));
  }

  private static void assertRefused(Decision decision) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> {
              assertThat(refused.rejection().code().status()).isEqualTo(403);
              assertThat(refused.rejection().code().code()).isEqualTo("model_price_unknown");
            });
  }
}
