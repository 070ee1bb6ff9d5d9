package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Exchange;
import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.RecordedRequest;
import java.time.Duration;
import java.util.List;

/** What the fields do that let requests wait for their turn. */
final class ConcurrencyEffects {

  static final String CODE = "concurrency_limit_exceeded";
  static final String STALLING = "sim-stall-before-head";
  static final String PLAIN = "sim-plain";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ConcurrencyEffects() {}

  /**
   * @param rules members with single quotes
   */
  static String concurrency(String rules) {
    return ",'rate_limits':{'concurrency':{%s}}".formatted(rules);
  }

  /** A request that is on its way until its client goes away. */
  record Going(Exchange exchange) implements AutoCloseable {

    void goAway() {
      exchange.close();
    }

    @Override
    public void close() {
      goAway();
    }
  }

  static Going going(Bed bed, Tenant.Key key) {
    String mark = Wire.newId();
    Going going = new Going(Wire.OPENAI.open(bed, key, STALLING, false, Wire.mark(mark)));
    await().atMost(PATIENCE).until(() -> bed.upstreams(mark).size() == 1);
    return going;
  }

  static void awaitWaiting(Bed bed, int number) {
    String line = "tollgate_concurrency_waiting %d.0".formatted(number);
    RawHttp management = new RawHttp(bed.tollgate().managementUrl());
    await()
        .atMost(PATIENCE)
        .until(() -> management.get("/metrics").text().lines().anyMatch(line::equals));
  }

  static void isRefused(Bed bed, Tenant.Key key) {
    PolicyEffects.isRefused(bed, PolicyCall.chat(Wire.OPENAI), key, 429, CODE);
  }

  static void letsSoManyWait(Bed bed, Tenant tenant) {
    Tenant.Key key = tenant.key(concurrency("'max_parallel_requests':1,'max_queued_requests':1"));
    try (Going going = going(bed, key);
        Exchange waiting = Wire.OPENAI.open(bed, key, PLAIN, false)) {
      awaitWaiting(bed, 1);
      isRefused(bed, key);
      going.goAway();
      assertThat(waiting.reply().status()).isEqualTo(200);
    }
  }

  static void letsThemWaitSoLong(Bed bed, Tenant tenant) {
    Tenant.Key key =
        tenant.key(
            concurrency("'max_parallel_requests':1,'max_queued_requests':1,'max_queue_wait':'1s'"));
    try (Going going = going(bed, key)) {
      assertThat(going).isNotNull();
      long begin = System.nanoTime();
      Reply refused = Wire.OPENAI.ask(bed, key, PLAIN, false);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
      assertThat(refused.status()).isEqualTo(429);
      assertThat(Wire.OPENAI.code(refused)).isEqualTo(CODE);
    }
  }

  static void letsItsRequestsGoFirst(Bed bed, Tenant tenant) {
    bed.admin()
        .put(
            "/v1/projects/" + tenant.project() + "/policy",
            "{'rate_limits':{'concurrency':{'max_parallel_requests':1,'max_queued_requests':9}}}");
    Tenant.Key plain = tenant.key();
    Tenant.Key first = tenant.key(",'permissions':{'advanced_features':{'priority_queue':true}}");
    String plainMark = Wire.newId();
    String firstMark = Wire.newId();
    try (Going going = going(bed, plain);
        Exchange one = Wire.OPENAI.open(bed, plain, PLAIN, false, Wire.mark(plainMark))) {
      awaitWaiting(bed, 1);
      try (Exchange other = Wire.OPENAI.open(bed, first, PLAIN, false, Wire.mark(firstMark))) {
        awaitWaiting(bed, 2);
        going.goAway();
        assertThat(other.reply().status()).isEqualTo(200);
        assertThat(one.reply().status()).isEqualTo(200);
      }
    }
    List<RecordedRequest> order = bed.simulator().requests();
    assertThat(order.indexOf(bed.upstream(firstMark)))
        .isLessThan(order.indexOf(bed.upstream(plainMark)));
  }
}
