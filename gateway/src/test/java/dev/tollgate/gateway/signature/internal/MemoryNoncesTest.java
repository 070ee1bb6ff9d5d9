package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.signature.NonceStore.Use;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryNoncesTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private long nowNanos;
  private final MemoryNonces nonces = new MemoryNonces(3, () -> nowNanos);

  private Use use(String key, String nonce) {
    Use use = nonces.use(key, nonce, MINUTE).block(MINUTE);
    assertThat(use).isNotNull();
    return use;
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void takesEachNonceOfAKeyOnce() {
    assertThat(use("key_1", "n")).isEqualTo(Use.FIRST);
    assertThat(use("key_1", "n")).isEqualTo(Use.REPEATED);
    assertThat(use("key_2", "n")).isEqualTo(Use.FIRST);
  }

  @Test
  void remembersForTheWholeTimeAndForgetsThen() {
    assertThat(use("key_1", "n")).isEqualTo(Use.FIRST);
    pass(MINUTE);
    assertThat(use("key_1", "n")).isEqualTo(Use.REPEATED);
    pass(Duration.ofSeconds(3));
    assertThat(use("key_1", "n")).isEqualTo(Use.FIRST);
    assertThat(nonces.size()).isEqualTo(1);
  }

  @Test
  void saysThatItIsFullAndForgetsNothingEarly() {
    assertThat(use("key_1", "a")).isEqualTo(Use.FIRST);
    assertThat(use("key_1", "b")).isEqualTo(Use.FIRST);
    assertThat(use("key_1", "c")).isEqualTo(Use.FIRST);
    assertThat(use("key_1", "d")).isEqualTo(Use.UNKNOWN);
    assertThat(use("key_1", "a")).isEqualTo(Use.REPEATED);
    pass(MINUTE.plusSeconds(3));
    assertThat(use("key_1", "d")).isEqualTo(Use.FIRST);
  }
}
