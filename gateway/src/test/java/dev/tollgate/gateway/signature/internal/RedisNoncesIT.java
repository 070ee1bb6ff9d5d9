package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisLinks;
import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.signature.NonceStore.Use;
import dev.tollgate.gateway.support.RedisProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** On a real Redis, also when it is away. */
class RedisNoncesIT extends NonceStoreContract {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The bound within which a request must have its answer, the store away or not. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private static RedisProcess redis;
  private static RedisLink link;
  private static RedisLink otherLink;
  private static NonceStore nonces;
  private static NonceStore otherNonces;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisProcess.start();
    link = RedisLinks.to(redis.url());
    otherLink = RedisLinks.to(redis.url());
    nonces = new RedisNonces(link, new SimpleMeterRegistry());
    otherNonces = new RedisNonces(otherLink, new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    link.close();
    otherLink.close();
    redis.close();
  }

  @Override
  NonceStore store() {
    return nonces;
  }

  /** Takes it from the time that each nonce has left. */
  @Override
  void pass(Duration time) {
    link.ask(commands ->
            commands
                .keys("*")
                .flatMap(name ->
                    commands
                        .pttl(name)
                        .flatMap(left -> commands.pexpire(name, left - time.toMillis())))
                .then(Flux.just(true).next()))
        .block(PATIENCE);
  }

  private static Use useInTime(String nonce) {
    Use use = nonces.use("key_1", nonce, MINUTE).block(ANSWER_BOUND);
    assertThat(use).isNotNull();
    return use;
  }

  private static String newNonce() {
    return UUID.randomUUID().toString();
  }

  private static void awaitRecovery() {
    await().atMost(PATIENCE).until(() -> useInTime(newNonce()) == Use.FIRST);
  }

  @Test
  void takesANonceOnceInAllGateways() {
    assertThat(use(nonces, key, "n")).isEqualTo(Use.FIRST);
    assertThat(use(otherNonces, key, "n")).isEqualTo(Use.REPEATED);
    assertThat(use(otherNonces, key, "m")).isEqualTo(Use.FIRST);
    assertThat(use(nonces, key, "m")).isEqualTo(Use.REPEATED);
  }

  @Test
  void saysInTimeThatAFrozenRedisDoesNotAnswer() throws Exception {
    awaitRecovery();
    redis.freeze();
    try {
      assertThat(useInTime(newNonce())).isEqualTo(Use.UNKNOWN);
      assertThat(useInTime(newNonce())).isEqualTo(Use.UNKNOWN);
    } finally {
      redis.thaw();
    }
    awaitRecovery();
  }

  @Test
  void saysInTimeThatAKilledRedisDoesNotAnswer() throws Exception {
    awaitRecovery();
    redis.kill();
    try {
      assertThat(useInTime(newNonce())).isEqualTo(Use.UNKNOWN);
      assertThat(useInTime(newNonce())).isEqualTo(Use.UNKNOWN);
    } finally {
      redis.restart();
    }
    awaitRecovery();
  }

  @Test
  void waitsForARedisThatComesLater() throws Exception {
    int port = RedisProcess.freePort();
    try (RedisLink early = RedisLinks.to("redis://127.0.0.1:" + port)) {
      NonceStore waiting = new RedisNonces(early, new SimpleMeterRegistry());
      assertThat(use(waiting, key, "n")).isEqualTo(Use.UNKNOWN);
      try (RedisProcess late = RedisProcess.startOn(port)) {
        assertThat(late.url()).endsWith(":" + port);
        await().atMost(PATIENCE).until(() -> use(waiting, key, newNonce()) == Use.FIRST);
      }
    }
  }
}
