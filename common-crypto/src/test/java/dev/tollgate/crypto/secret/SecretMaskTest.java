package dev.tollgate.crypto.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretMaskTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          sk-proj-0123456789-wxyz, sk-p…****…wxyz
          0123456789abcdef,        0123…****…cdef
          0123456789abcde,         ****
          short,                   ****
          '',                      ****
          """)
  void showsAtMostFourAndFourAndNothingOfShortOnes(String value, String mask) {
    assertThat(SecretMask.of(value)).isEqualTo(mask);
    assertThat(SecretMask.of(SecretString.of(value))).isEqualTo(mask);
  }

  @Test
  void hidesControlCharactersOfServiceAccountJson() {
    assertThat(SecretMask.of("{\n  \"type\": \"service_account\"\r\n}"))
        .isEqualTo("{***…****…\"**}");
  }

  @Test
  void countsCodePointsAndPrintsNoHalfOfOne() {
    assertThat(SecretMask.of("🔑".repeat(8))).isEqualTo("****");
    assertThat(SecretMask.of("🔑".repeat(16))).isEqualTo("🔑🔑🔑🔑…****…🔑🔑🔑🔑");
    assertThat(SecretMask.of("\uD83D".repeat(16))).isEqualTo("****…****…****");
  }

  @Test
  void middleNeverShowsAndLengthNeverTells() {
    Random random = new Random(20261101);
    for (int round = 0; round < 1_000; round++) {
      String middle = "m".repeat(8 + random.nextInt(200));
      assertThat(SecretMask.of("ABCD" + middle + "WXYZ")).isEqualTo("ABCD…****…WXYZ");
    }
  }
}
