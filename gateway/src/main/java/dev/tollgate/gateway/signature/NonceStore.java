package dev.tollgate.gateway.signature;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Remembers which nonces were used, so that each is used once. */
public interface NonceStore {

  /** What a store says of a nonce. */
  enum Use {
    /** It was not used before, and is remembered from now on. */
    FIRST,
    REPEATED,
    /** The store cannot say, so nothing may go by it. */
    UNKNOWN
  }

  /**
   * Uses a nonce of a key; never empty, no error.
   *
   * @param forAtLeast how long it is remembered
   */
  Mono<Use> use(String keyId, String nonce, Duration forAtLeast);
}
