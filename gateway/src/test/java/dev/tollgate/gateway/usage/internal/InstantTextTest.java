package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {

  private static final int MANY = 100_000;

  private final RandomGenerator random = RandomGeneratorFactory.getDefault().create(5);

  private static String written(Instant time) {
    byte[] bytes = new byte[3 + InstantText.LONGEST];
    int end = InstantText.write(time, bytes, 3);
    return new String(bytes, 3, end - 3, StandardCharsets.US_ASCII);
  }

  private static void isWrittenAsEver(Instant time) {
    assertThat(written(time)).isEqualTo(time.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "2026-11-22T00:00:00Z",
        "2026-11-22T12:34:56.7Z",
        "2026-11-22T12:34:56.780Z",
        "2026-11-22T12:34:56.000001Z",
        "2026-11-22T12:34:56.001001Z",
        "2026-11-22T12:34:56.000000001Z",
        "2024-02-29T23:59:59.120000Z",
        "2100-03-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-0001-12-31T23:59:59.999999999Z",
        "9999-12-31T23:59:59.999999999Z",
        "+10000-01-01T00:00:00Z",
        "-1000000000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z"
      })
  void writesTimesAsEver(String time) {
    isWrittenAsEver(Instant.parse(time));
  }

  @Test
  void writesAllFractionsAsEver() {
    for (int i = 0; i < MANY; i++) {
      Instant time =
          Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1 << 29));
      isWrittenAsEver(time);
      isWrittenAsEver(time.truncatedTo(ChronoUnit.MICROS));
      isWrittenAsEver(time.truncatedTo(ChronoUnit.MILLIS));
      isWrittenAsEver(time.truncatedTo(ChronoUnit.SECONDS));
    }
  }

  @Test
  void writesAllYearsAsEver() {
    long last = Instant.parse("+12000-01-01T00:00:00Z").getEpochSecond();
    long first = Instant.parse("-2000-01-01T00:00:00Z").getEpochSecond();
    for (int i = 0; i < MANY; i++) {
      isWrittenAsEver(Instant.ofEpochSecond(random.nextLong(first, last), random.nextInt(1 << 29)));
    }
  }
}
