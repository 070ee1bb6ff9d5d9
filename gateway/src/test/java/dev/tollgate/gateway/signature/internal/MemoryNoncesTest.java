package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.signature.NonceStore.Use;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNoncesTest extends NonceStoreContract {

  private long nowNanos;
  private final MemoryNonces nonces = new MemoryNonces(30, () -> nowNanos);

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
    for (int i = 0; i < 30; i++) {
      assertThat(use(nonces, "key_" + i, "a")).isEqualTo(Use.FIRST);
    }
    assertThat(use(nonces, "key_30", "a")).isEqualTo(Use.UNKNOWN);
    assertThat(use(nonces, "key_0", "a")).isEqualTo(Use.REPEATED);
    assertThat(nonces.size()).isEqualTo(30);
    pass(MINUTE.plusSeconds(3));
    assertThat(use(nonces, "key_30", "a")).isEqualTo(Use.FIRST);
    assertThat(nonces.keys()).isEqualTo(1);
  }

  @Test
  void isFullForOneKeyWithATenthOfItAndForNoOther() {
    for (String nonce : List.of("a", "b", "c")) {
      assertThat(use(nonces, "key_1", nonce)).isEqualTo(Use.FIRST);
    }
    for (int i = 0; i < 40; i++) {
      assertThat(use(nonces, "key_1", "more_" + i)).isEqualTo(Use.UNKNOWN);
    }
    assertThat(use(nonces, "key_1", "a")).isEqualTo(Use.REPEATED);
    assertThat(use(nonces, "key_2", "a")).isEqualTo(Use.FIRST);
    pass(MINUTE.plusSeconds(3));
    assertThat(use(nonces, "key_1", "more_0")).isEqualTo(Use.FIRST);
  }
}
