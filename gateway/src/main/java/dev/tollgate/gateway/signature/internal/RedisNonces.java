package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.signature.NonceStore;
import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Nonces of all gateways on one Redis: a key that is set only if it is not there, with its end, in
 * one round trip. Of an answer that does not come nobody knows whether the nonce is used now; the
 * request is refused, and so is the next with the same nonce.
 */
final class RedisNonces implements NonceStore {

  private static final Logger log = LoggerFactory.getLogger(RedisNonces.class);
  private static final String PREFIX = "tollgate:nonce:";

  private final RedisLink redis;
  private final Counter unknown;
  private volatile boolean away;

  RedisNonces(RedisLink redis, MeterRegistry meters) {
    this.redis = redis;
    this.unknown =
        Counter.builder("tollgate.nonces.unknown")
            .description("Signed requests that were refused because Redis did not answer")
            .register(meters);
  }

  @Override
  public Mono<Use> use(String keyId, String nonce, Duration forAtLeast) {
    String name = PREFIX + keyId + ':' + nonce;
    SetArgs onlyIfNew = SetArgs.Builder.nx().px(forAtLeast);
    return redis
        .ask(commands ->
            commands.set(name, "", onlyIfNew).map(set -> Use.FIRST).defaultIfEmpty(Use.REPEATED))
        .doOnNext(use -> answered())
        .onErrorResume(failure -> Mono.just(unanswered(failure)));
  }

  private void answered() {
    if (away) {
      away = false;
      log.info("Redis answers again: signed requests are served");
    }
  }

  private Use unanswered(Throwable failure) {
    unknown.increment();
    if (!away) {
      away = true;
      log.warn("Redis does not answer, signed requests are refused: {}", failure.toString());
    }
    return Use.UNKNOWN;
  }
}
