package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.signature.NonceStore.Use;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryNoncesTest extends NonceStoreContract {

  private long nowNanos;
  private final MemoryNonces nonces = new MemoryNonces(3, () -> nowNanos);

  @Override
  NonceStore store() {
    return nonces;
  }

  @Override
  void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void forgetsNothingWithinTheSecondOfItsEnd() {
    assertThat(use(nonces, "key_1", "n")).isEqualTo(Use.FIRST);
    pass(MINUTE);
    assertThat(use(nonces, "key_1", "n")).isEqualTo(Use.REPEATED);
    pass(Duration.ofSeconds(3));
    assertThat(use(nonces, "key_1", "n")).isEqualTo(Use.FIRST);
    assertThat(nonces.size()).isEqualTo(1);
  }

  @Test
  void saysThatItIsFullAndForgetsNothingEarly() {
    assertThat(use(nonces, "key_1", "a")).isEqualTo(Use.FIRST);
    assertThat(use(nonces, "key_1", "b")).isEqualTo(Use.FIRST);
    assertThat(use(nonces, "key_1", "c")).isEqualTo(Use.FIRST);
    assertThat(use(nonces, "key_1", "d")).isEqualTo(Use.UNKNOWN);
    assertThat(use(nonces, "key_1", "a")).isEqualTo(Use.REPEATED);
    pass(MINUTE.plusSeconds(3));
    assertThat(use(nonces, "key_1", "d")).isEqualTo(Use.FIRST);
  }
}
