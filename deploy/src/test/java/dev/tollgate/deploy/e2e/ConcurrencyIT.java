package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.ConcurrencyEffects.PLAIN;
import static dev.tollgate.deploy.e2e.ConcurrencyEffects.awaitWaiting;
import static dev.tollgate.deploy.e2e.ConcurrencyEffects.concurrency;
import static dev.tollgate.deploy.e2e.ConcurrencyEffects.going;
import static dev.tollgate.deploy.e2e.ConcurrencyEffects.isRefused;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.ConcurrencyEffects.Going;
import dev.tollgate.deploy.e2e.RawHttp.Exchange;
import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many requests go at once, from the document that an administrator writes. */
class ConcurrencyIT {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();

  @Test
  void lettingTwoGoAThirdWaitsAndAFourthIsRefused() {
    Tenant.Key key = tenant.key(concurrency("'max_parallel_requests':2,'max_queued_requests':1"));
    try (Going first = going(bed, key);
        Going second = going(bed, key);
        Exchange third = Wire.OPENAI.open(bed, key, PLAIN, false)) {
      awaitWaiting(bed, 1);
      Reply fourth = Wire.OPENAI.ask(bed, key, PLAIN, false);
      assertThat(fourth.status()).isEqualTo(429);
      assertThat(fourth.header("retry-after")).isEqualTo("1");
      assertThat(fourth.header("retry-after-ms")).isEqualTo("1000");
      first.goAway();
      assertThat(third.reply().status()).isEqualTo(200);
      second.goAway();
    }
    passes(key);
  }

  @Test
  void aClientThatGoesAwayFreesItsPermitOrItsPlace() {
    Tenant.Key key = tenant.key(concurrency("'max_parallel_requests':1,'max_queued_requests':1"));
    try (Going first = going(bed, key)) {
      try (Exchange waiting = Wire.OPENAI.open(bed, key, PLAIN, false)) {
        awaitWaiting(bed, 1);
        assertThat(waiting).isNotNull();
      }
      awaitWaiting(bed, 0);
      try (Exchange next = Wire.OPENAI.open(bed, key, PLAIN, false)) {
        awaitWaiting(bed, 1);
        first.goAway();
        assertThat(next.reply().status()).isEqualTo(200);
      }
    }
    passes(key);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamHoldsItsPermitToItsEnd(Wire wire) {
    Tenant.Key key = tenant.key(concurrency("'max_parallel_requests':1"));
    try (Exchange stream = wire.open(bed, key, "sim-slow-200", true)) {
      assertThat(stream.read(12)).startsWith("HTTP/1.1 200".getBytes(US_ASCII));
      isRefused(bed, key);
    }
    passes(key);
    Reply whole = wire.ask(bed, key, "sim-slow-10", true);
    assertThat(whole.status()).isEqualTo(200);
    assertThat(wire.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatFailsGivesItsPermitBack(Wire wire) {
    Tenant.Key key = tenant.key(concurrency("'max_parallel_requests':1"));
    assertThat(wire.ask(bed, key, "sim-500", false).status()).isEqualTo(500);
    assertThat(wire.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
  }

  @Test
  void keysOfAProjectShareWhatItAllows() {
    bed.admin()
        .put(
            "/v1/projects/" + tenant.project() + "/policy",
            "{'rate_limits':{'concurrency':{'max_parallel_requests':1}}}");
    Tenant.Key one = tenant.key();
    Tenant.Key other = tenant.key();
    try (Going going = going(bed, one)) {
      assertThat(going).isNotNull();
      isRefused(bed, other);
    }
    passes(other);
  }

  /** Nobody is told when the gateway has heard that a client went away. */
  private void passes(Tenant.Key key) {
    await().atMost(SOON).until(() -> Wire.OPENAI.ask(bed, key, PLAIN, false).status() == 200);
  }
}
