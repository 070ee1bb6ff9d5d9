package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.token.StrictJson.Literal;
import dev.tollgate.crypto.token.StrictJson.Null;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxCostTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.000001, 1",
    "0.1, 100000",
    "0.100000, 100000",
    "12.5, 12500000",
    "4.35, 4350000",
    "1, 1000000",
    "9007199254.740993, 9007199254740993",
    "999999999999.999999, 999999999999999999"
  })
  void readsDecimalsExactlyAsNumberOrText(String decimal, long microUsd) {
    assertThat(MaxCost.parse(new Literal(decimal))).isEqualTo(microUsd);
    assertThat(MaxCost.parse(decimal)).isEqualTo(microUsd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "-0",
        "+1",
        "01",
        "00",
        "1.",
        ".5",
        "1e3",
        "1E-3",
        "1e999999999",
        "0.0000001",
        "1.0000000",
        "1000000000000",
        "99999999999999999999",
        "NaN",
        "Infinity",
        "0x1",
        "1,5",
        " 1",
        "1 ",
        "١"
      })
  void refusesAnyOtherSpelling(String text) {
    assertThat(MaxCost.parse(new Literal(text))).isNull();
    assertThat(MaxCost.parse(text)).isNull();
  }

  @Test
  void refusesOtherTypes() {
    assertThat(MaxCost.parse(true)).isNull();
    assertThat(MaxCost.parse(Null.NULL)).isNull();
    assertThat(MaxCost.parse(List.of(new Literal("1")))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.000001", "100000, 0.1", "12500000, 12.5", "10000000000, 10000"})
  void writesPlainDecimals(long microUsd, String decimal) {
    assertThat(MaxCost.render(microUsd)).isEqualTo(decimal);
  }

  @Test
  void readsWhatItWrote() {
    Random random = new Random(20261101);
    for (int round = 0; round < 10_000; round++) {
      long microUsd = random.nextLong(1L << random.nextInt(1, 59));
      assertThat(MaxCost.parse(new Literal(MaxCost.render(microUsd)))).isEqualTo(microUsd);
    }
  }
}
