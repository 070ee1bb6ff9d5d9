package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrappedDataKeyTest {

  @Test
  void equalsByAllItsParts() {
    WrappedDataKey key = new WrappedDataKey("dek_1", "kek", new byte[] {1, 2});
    assertThat(key)
        .isEqualTo(new WrappedDataKey("dek_1", "kek", new byte[] {1, 2}))
        .hasSameHashCodeAs(new WrappedDataKey("dek_1", "kek", new byte[] {1, 2}))
        .isNotEqualTo(new WrappedDataKey("dek_2", "kek", new byte[] {1, 2}))
        .isNotEqualTo(new WrappedDataKey("dek_1", "other", new byte[] {1, 2}))
        .isNotEqualTo(new WrappedDataKey("dek_1", "kek", new byte[] {1, 3}));
  }

  @Test
  void bytesAreCopiedInAndOut() {
    byte[] given = {1, 2};
    WrappedDataKey key = new WrappedDataKey("dek_1", "kek", given);
    given[0] = 9;
    key.bytes()[1] = 9;
    assertThat(key.bytes()).containsExactly(1, 2);
  }

  @Test
  void refusesEmptyIdsAndWhatNoKeyServiceMakes() {
    assertThatThrownBy(() -> new WrappedDataKey("", "kek", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WrappedDataKey("dek", "", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WrappedDataKey("dek", "kek", new byte[8193]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
