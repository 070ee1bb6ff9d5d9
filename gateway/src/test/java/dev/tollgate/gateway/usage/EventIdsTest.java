package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventIdsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void isAPrefixAndAUlid() {
    assertThat(EventIds.next(NOW)).matches("use_[0-9a-hjkmnp-tv-z]{26}");
    assertThat(EventIds.next("evt_", NOW)).matches("evt_[0-9a-hjkmnp-tv-z]{26}");
  }

  @Test
  void sortsByTime() {
    String before = EventIds.next(NOW);
    String after = EventIds.next(NOW.plusMillis(1));

    assertThat(before).isLessThan(after);
  }

  /** The vector of the ULID specification: 1469918176385 ms is 01ARYZ6S41. */
  @Test
  void writesTheTimeAsTheSpecificationDoes() {
    assertThat(EventIds.next("", Instant.ofEpochMilli(1_469_918_176_385L)))
        .startsWith("01aryz6s41");
  }

  @Test
  void differsWithinAMillisecond() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(EventIds.next(NOW));
    }
    assertThat(ids).hasSize(10_000);
  }
}
