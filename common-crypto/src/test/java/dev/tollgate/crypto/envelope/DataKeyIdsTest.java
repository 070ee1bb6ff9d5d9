package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataKeyIdsTest {

  @Test
  void startsWithTheTimeAsUlidsDo() {
    // the ULID specification's example: 01ARZ3NDEKTSV4RRFFQ69G5FAV is of 1469922850259 ms
    DataKeyIds ids = new DataKeyIds(InstantSource.fixed(Instant.ofEpochMilli(1_469_922_850_259L)));
    assertThat(ids.next()).startsWith("dek_01arz3ndek").matches("dek_[0-9a-hjkmnp-tv-z]{26}");
  }

  @Test
  void sortsByTimeAndNeverRepeats() {
    String earlier = new DataKeyIds(InstantSource.fixed(Instant.ofEpochMilli(31))).next();
    DataKeyIds later = new DataKeyIds(InstantSource.fixed(Instant.ofEpochMilli(32)));
    Set<String> ids = new HashSet<>();
    for (int round = 0; round < 1_000; round++) {
      ids.add(later.next());
    }
    assertThat(ids).hasSize(1_000).allSatisfy(id -> assertThat(id).isGreaterThan(earlier));
  }
}
