package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.signature.NonceStore.Use;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What every store of nonces does. */
abstract class NonceStoreContract {

  static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A key of this test alone. */
  final String key = "key_" + UUID.randomUUID();

  abstract NonceStore store();

  /** Makes what the store remembers older. */
  abstract void pass(Duration time);

  static Use use(NonceStore store, String key, String nonce) {
    return Objects.requireNonNull(store.use(key, nonce, MINUTE).block(PATIENCE));
  }

  private Use use(String nonce) {
    return use(store(), key, nonce);
  }

  @Test
  void takesEachNonceOfAKeyOnce() {
    assertThat(use("n")).isEqualTo(Use.FIRST);
    assertThat(use("n")).isEqualTo(Use.REPEATED);
    assertThat(use("N")).isEqualTo(Use.FIRST);
    assertThat(use(store(), key + "2", "n")).isEqualTo(Use.FIRST);
  }

  @Test
  void remembersForTheWholeTimeAndForgetsThen() {
    assertThat(use("n")).isEqualTo(Use.FIRST);
    pass(MINUTE.minusSeconds(10));
    assertThat(use("n")).isEqualTo(Use.REPEATED);
    pass(Duration.ofSeconds(15));
    assertThat(use("n")).isEqualTo(Use.FIRST);
  }

  @Test
  void isNotMadeYoungerByARepetition() {
    assertThat(use("n")).isEqualTo(Use.FIRST);
    pass(Duration.ofSeconds(40));
    assertThat(use("n")).isEqualTo(Use.REPEATED);
    pass(Duration.ofSeconds(30));
    assertThat(use("n")).isEqualTo(Use.FIRST);
  }

  @Test
  void letsOneOfManyAtOncePass() {
    List<Use> uses =
        Flux.range(0, 64)
            .parallel(8)
            .runOn(Schedulers.boundedElastic())
            .flatMap(i -> store().use(key, "n", MINUTE))
            .sequential()
            .collectList()
            .block(PATIENCE);
    assertThat(uses).hasSize(64).containsOnlyOnce(Use.FIRST).doesNotContain(Use.UNKNOWN);
  }
}
