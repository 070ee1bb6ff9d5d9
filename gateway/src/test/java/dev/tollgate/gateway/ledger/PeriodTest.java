package dev.tollgate.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {

  @ParameterizedTest
  @CsvSource({
    "HOUR,  2026-11-21T12:00:00Z, 2026-11-21T13:00:00Z",
    "HOUR,  2026-12-31T23:00:00Z, 2027-01-01T00:00:00Z",
    "HOUR,  2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
    "DAY,   2026-11-21T00:00:00Z, 2026-11-22T00:00:00Z",
    "DAY,   2026-11-30T00:00:00Z, 2026-12-01T00:00:00Z",
    "DAY,   2026-12-31T00:00:00Z, 2027-01-01T00:00:00Z",
    "DAY,   2028-02-28T00:00:00Z, 2028-02-29T00:00:00Z",
    "DAY,   2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
    "DAY,   2027-02-28T00:00:00Z, 2027-03-01T00:00:00Z",
    "MONTH, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
    "MONTH, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "MONTH, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, 2027-02-01T00:00:00Z, 2027-03-01T00:00:00Z",
    "MONTH, 2100-02-01T00:00:00Z, 2100-03-01T00:00:00Z",
  })
  void aWindowHasAllInstantsFromItsStartToTheNext(Period period, Instant start, Instant end) {
    Duration half = Duration.between(start, end).dividedBy(2);
    assertThat(period.endOf(start)).isEqualTo(end);
    assertThat(period.startOf(start)).isEqualTo(start);
    assertThat(period.startOf(start.plus(half))).isEqualTo(start);
    assertThat(period.startOf(end.minusNanos(1))).isEqualTo(start);
    assertThat(period.startOf(end)).isEqualTo(end);
    assertThat(period.startOf(start.minusNanos(1))).isBefore(start);
  }

  @ParameterizedTest
  @CsvSource({"1970-01-01T00:00:00Z", "2026-12-31T23:59:59.999999999Z", "2028-02-29T12:00:00Z"})
  void theLifeOfATokenIsOneWindow(Instant at) {
    assertThat(Period.TOTAL.startOf(at)).isEqualTo(Instant.EPOCH);
    assertThat(Period.TOTAL.endOf(Instant.EPOCH)).isEqualTo(Instant.MAX);
  }
}
