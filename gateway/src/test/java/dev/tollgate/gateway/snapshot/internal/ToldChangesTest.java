package dev.tollgate.gateway.snapshot.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToldChangesTest {

  private final ToldChanges told = new ToldChanges();

  @Test
  void isNewsOnceATransaction() {
    assertThat(told.add("key:key_1 4711")).isTrue();
    assertThat(told.add("key:key_1 4711")).isFalse();
    assertThat(told.add("key:key_1 4712")).isTrue();
    assertThat(told.add("key:key_2 4711")).isTrue();
  }

  @Test
  void forgetsWhatNoPollAsksForAnyMore() {
    told.add("key:key_1 999");
    told.add("key:key_1 1000");
    told.forgetBefore("1000");
    assertThat(told.add("key:key_1 999")).isTrue();
    assertThat(told.add("key:key_1 1000")).isFalse();
  }

  @Test
  void readsTheTargetBeforeTheTransaction() {
    assertThat(ToldChanges.targetOf("token-keys 18446744073709551615")).isEqualTo("token-keys");
  }
}
