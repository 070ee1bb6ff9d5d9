package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.QuotaReachedException;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisLinks;
import dev.tollgate.gateway.redis.RedisScript;
import dev.tollgate.gateway.redis.WhenAway;
import dev.tollgate.gateway.support.RedisProcess;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several gateways on one real Redis, also when it is away. */
class RedisTrafficIT extends TrafficContract {

  /** The bound within which a request must have its answer, the store away or not. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private static final Duration OFF = Duration.ofMinutes(5);
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private static RedisProcess redis;
  private static RedisLink link;
  private static RedisLink otherLink;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Replica> replicas = new ArrayList<>();
  private Replica one;
  private Replica other;
  private Duration passed = Duration.ZERO;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisProcess.start();
    link = RedisLinks.to(redis.url());
    otherLink = RedisLinks.to(redis.url());
  }

  @AfterAll
  static void stop() {
    link.close();
    otherLink.close();
    redis.close();
  }

  /** One gateway. */
  private final class Replica {
    final RedisTraffic redis;
    final SharedTraffic traffic;
    final TrafficLimiter limiter;

    Replica(RedisLink its, InstantSource clock, Map<LimitKind, WhenAway> whenAway) {
      Seeds seeds = new Seeds(database(), System::nanoTime, meters);
      Clocks clocks = new Clocks(TimeMeter.SYSTEM_NANOTIME, clock::millis);
      this.redis = new RedisTraffic(its, TIMEOUT, seeds, clocks, meters);
      this.traffic =
          new SharedTraffic(
              redis,
              () -> new MemoryTraffic(seeds, clocks, limit -> limit / 2, 1000),
              whenAway,
              System::nanoTime,
              1000,
              meters);
      this.limiter = new TrafficLimiter(traffic);
      replicas.add(this);
    }
  }

  @AfterEach
  void stopGateways() {
    replicas.forEach(replica -> replica.traffic.close());
  }

  @BeforeEach
  void startGateways() {
    one = new Replica(link, InstantSource.system(), Map.of());
    other = new Replica(otherLink, () -> Instant.now().plus(OFF), Map.of());
  }

  @Override
  TrafficLimiter gateway() {
    return one.limiter;
  }

  /** Takes it from what is kept. */
  @Override
  void pass(Duration time) {
    passed = passed.plus(time);
    link.ask(commands ->
            commands
                .keys("tollgate:limit:*")
                .flatMap(name ->
                    commands
                        .get(name)
                        .flatMap(kept -> commands.set(name, shifted(name, kept, time))))
                .then(Mono.just(true)))
        .block(PATIENCE);
  }

  private static String shifted(String name, String kept, Duration time) {
    int slash = kept.indexOf('/');
    if (slash >= 0) {
      double full = Double.parseDouble(kept.substring(0, slash)) - time.toNanos() / 1e3;
      return full + kept.substring(slash);
    }
    int colon = kept.indexOf(':');
    long windows = name.contains("-per-day") ? time.toDays() : time.toHours();
    return Long.parseLong(kept.substring(0, colon)) - windows + kept.substring(colon);
  }

  @Override
  long nanos() {
    return System.nanoTime() + passed.toNanos();
  }

  @Override
  Instant now() {
    return Instant.now();
  }

  private static long count(
      TrafficLimiter limiter, int times, LimitRules rules, TrafficContract test) {
    return Objects.requireNonNull(
        Flux.range(0, times)
            .flatMap(i -> limiter.admit(test.demand(1, 1, rules)).onErrorComplete())
            .count()
            .block(PATIENCE));
  }

  @Test
  void gatewaysCountTogetherWhateverTheirClocksSay() {
    LimitRules limits = requests("{\"per_minute\": 20, \"per_day\": 50, \"per_hour\": 40}");
    for (int i = 0; i < 10; i++) {
      var _ = admitted(demand(1, 1, limits));
      assertThat(other.limiter.admit(demand(1, 1, limits)).block(PATIENCE)).isNotNull();
    }
    assertThat(failure(other.limiter.admit(demand(1, 1, limits))))
        .isInstanceOf(QuotaReachedException.class);
    Duration wait = Objects.requireNonNull(refused(demand(1, 1, limits)).retryAfter());
    assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(3));
    pass(Duration.ofMinutes(1));
    assertThat(count(one.limiter, 30, limits, this) + count(other.limiter, 30, limits, this))
        .isBetween(20L, 21L);
  }

  @Test
  void whatOneGatewayTookTheOtherGivesBackExactly() {
    LimitRules limits = rules(key(), "{\"tokens\": {\"total_per_day\": 1000}}");
    Permit permit = admitted(demand(600, 400, limits));
    assertThat(failure(other.limiter.admit(demand(1, 0, limits))))
        .isInstanceOf(QuotaReachedException.class);
    permit.settle(new Spent(100, 23, 0));
    awaitRemaining(877, limits);
  }

  @Test
  void oneRoundTripForAllLimits() {
    LimitRules limits =
        rules(
            key(),
            """
            {"requests": {"per_second": 100, "per_minute": 100, "per_hour": 100, "per_day": 100},
             "tokens": {"input_per_minute": 1000, "output_per_minute": 1000, "total_per_day": 1000}}\
            """);
    var _ = admitted(demand(1, 1, limits));
    long before = scriptsRun();
    for (int i = 0; i < 10; i++) {
      var _ = admitted(demand(1, 1, limits));
    }
    assertThat(scriptsRun() - before).isEqualTo(10);
  }

  /** As if concurrency had let it in. */
  private Precondition held() {
    Precondition held = new Precondition("tollgate:test:" + key(), "claim");
    link.ask(commands -> commands.zadd(held.key(), 1, held.member())).block(PATIENCE);
    return held;
  }

  private void noMoreHeld(Precondition held) {
    link.ask(commands -> commands.zrem(held.key(), held.member())).block(PATIENCE);
  }

  @Test
  void takesEarlyWhileThePreconditionHolds() {
    LimitRules two = requests("{\"per_day\": 2, \"per_minute\": 2}");
    usedBefore.put(new CounterKey(key(), null), new Used(0, 1, 0));
    Precondition held = held();
    Permit permit =
        Objects.requireNonNull(one.limiter.admitIf(held, demand(1, 1, two)).block(PATIENCE));
    assertThat(permit.quotas()).extracting(Quota::remaining).containsExactly(1L, 0L);
    assertThat(failure(one.limiter.admitIf(held, demand(1, 1, two))))
        .isInstanceOf(QuotaReachedException.class);
    permit.release();
    noMoreHeld(held);
    assertThat(one.limiter.admitIf(held, demand(1, 1, two)).blockOptional(PATIENCE)).isEmpty();
    awaitRemaining(1, requests("{\"per_minute\": 2}"));
    awaitRemaining(0, requests("{\"per_day\": 2}"));
  }

  @Test
  void whatNobodyWaitsForAnyMoreGoesBackWhenItWasTakenEarly() {
    LimitRules five = requests("{\"per_day\": 5}");
    awaitRemaining(4, five);
    Precondition held = held();
    for (int i = 0; i < 20; i++) {
      one.limiter
          .admitIf(held, demand(1, 1, five))
          .subscribe(permit -> permit.release(), refusal -> {})
          .dispose();
    }
    awaitRemaining(4, five);
  }

  @Test
  void takesNothingEarlyOfAShare() throws Exception {
    LimitRules ten = requests("{\"per_day\": 10}");
    awaitShared();
    Precondition held = held();
    redis.freeze();
    try {
      for (int i = 0; i < 20; i++) {
        assertThat(one.limiter.admitIf(held, demand(1, 1, ten)).blockOptional(ANSWER_BOUND))
            .isEmpty();
      }
      assertThat(inTime(one.limiter, ten).quotas())
          .extracting(Quota::remaining)
          .containsExactly(4L);
    } finally {
      redis.thaw();
    }
    awaitShared();
  }

  private static long scriptsRun() {
    String stats = link.ask(commands -> commands.info("commandstats")).block(PATIENCE);
    return stats == null
        ? 0
        : stats
            .lines()
            .filter(line -> line.startsWith("cmdstat_evalsha:") || line.startsWith("cmdstat_eval:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
            .sum();
  }

  @Test
  void everyNameHasATimeToLiveAndTheOrganizationsTag() {
    var _ = admitted(demand(1, 1, requests("{\"per_minute\": 5, \"per_day\": 5}")));
    List<String> names =
        link.ask(commands -> commands.keys("tollgate:limit:*" + key() + "*").collectList())
            .block(PATIENCE);
    assertThat(names).hasSize(2).allMatch(name -> name.startsWith("tollgate:limit:{org_"));
    for (String name : Objects.requireNonNull(names)) {
      assertThat(link.ask(commands -> commands.pttl(name)).block(PATIENCE)).isPositive();
    }
  }

  @Test
  void whatALostWindowHeldIsNotTakenFromTheNewOne() {
    LimitRules day = rules(key(), "{\"tokens\": {\"total_per_day\": 1000}}");
    Permit permit = admitted(demand(600, 0, day));
    link.ask(commands ->
            commands
                .keys("tollgate:limit:*" + key() + "*")
                .flatMap(commands::del)
                .then(Mono.just(true)))
        .block(PATIENCE);
    usedBefore.put(new CounterKey(key(), null), new Used(0, 0, 500));
    awaitRemaining(500, day);
    permit.settle(new Spent(100, 0, 0));
    awaitRemaining(400, day);
  }

  @Test
  void aWindowDoesNotBeginWithWhatWasUsedOfTheOneBefore() {
    RedisScript take = RedisScript.beside(RedisTraffic.class, "take.lua", link);
    long day = Duration.ofDays(1).toNanos() / 1000;
    String name = "tollgate:limit:{org_x}:requests-per-day:" + key();
    RedisReply unknown = taken(take, name, day, -1, 0);
    long window = unknown.window(0);
    assertThat(unknown.status()).isEqualTo(RedisReply.Status.UNKNOWN);
    assertThat(taken(take, name, day, 7, window - 1).status()).isEqualTo(RedisReply.Status.UNKNOWN);
    assertThat(taken(take, name, day, 7, window).standings().getFirst().remaining()).isEqualTo(2);
  }

  /** One of ten. */
  private static RedisReply taken(
      RedisScript take, String name, long length, long used, long window) {
    List<String> arguments =
        Stream.of(0, "w", 1, 10, length, used, window).map(String::valueOf).toList();
    return new RedisReply(
        Objects.requireNonNull(take.run(List.of(name), arguments).block(PATIENCE)));
  }

  @Test
  void aDatabaseThatIsAwayIsAskedAgainLater() {
    LimitRules ten = requests("{\"per_day\": 10}");
    usedBefore.put(new CounterKey(key(), null), new Used(7, 7, 0));
    databaseAway = true;
    assertThat(admitted(demand(1, 1, ten)).quotas().getFirst().remaining()).isEqualTo(9);
    databaseAway = false;
    await()
        .atMost(PATIENCE)
        .until(() -> {
          Permit permit = admitted(demand(1, 1, ten));
          List<Quota> quotas = permit.quotas();
          permit.release();
          return quotas.getFirst().remaining() <= 1;
        });
    usedBefore.clear();
    awaitRemaining(1, ten);
  }

  private static boolean isShared(Permit permit, long limit) {
    return permit.quotas().stream().map(Quota::limit).toList().equals(List.of(limit));
  }

  private Permit inTime(TrafficLimiter limiter, LimitRules rules) {
    return Objects.requireNonNull(limiter.admit(demand(1, 1, rules)).block(ANSWER_BOUND));
  }

  @Test
  void aRedisThatIsKilledLeavesEachGatewayItsShare() throws Exception {
    LimitRules ten = requests("{\"per_minute\": 10}");
    for (int i = 0; i < 3; i++) {
      var _ = admitted(demand(1, 1, ten));
    }
    redis.kill();
    try {
      for (int i = 0; i < 5; i++) {
        assertThat(isShared(inTime(one.limiter, ten), 5)).isTrue();
      }
      // Not for as long as the share takes: Redis may answer before.
      assertThat(refused(demand(1, 1, ten)).retryAfter())
          .isLessThanOrEqualTo(Duration.ofSeconds(5));
    } finally {
      redis.restart();
    }
    awaitShared();
  }

  @Test
  void aRedisThatIsFrozenHoldsNobodyUpAndDoesNothingLater() throws Exception {
    LimitRules ten = requests("{\"per_day\": 10}");
    // Each has heard before what Redis' clock says.
    awaitShared();
    var _ = admitted(demand(1, 1, ten));
    redis.freeze();
    try {
      Flux.range(0, 8)
          .flatMap(i -> other.limiter.admit(demand(1, 1, ten)).onErrorComplete())
          .blockLast(ANSWER_BOUND);
      assertThat(inTime(one.limiter, ten)).isNotNull();
    } finally {
      // All have waited as long as anybody does for an answer of it.
      redis.thaw();
    }
    awaitShared();
    // The first one, five and one of the shares, the one that looks; and none that it did not
    // answer.
    awaitRemaining(2, ten);
  }

  @Test
  void whatRedisTookTooLateIsGivenBack() throws Exception {
    LimitRules ten = requests("{\"per_day\": 10, \"per_minute\": 10}");
    awaitShared();
    var _ = admitted(demand(1, 1, ten));
    redis.freeze();
    try {
      // It has not heard what Redis' clock says, so it cannot say until when Redis may act.
      Replica fresh = new Replica(otherLink, InstantSource.system(), Map.of());
      assertThat(inTime(fresh.limiter, ten).quotas().getFirst().limit()).isEqualTo(5);
    } finally {
      redis.thaw();
    }
    awaitShared();
    // The first one, the one of the share and the one that looks; of a minute one may be back.
    awaitRemaining(7, requests("{\"per_day\": 10}"));
    assertThat(admitted(demand(1, 1, requests("{\"per_minute\": 10}"))).quotas().getFirst())
        .extracting(Quota::remaining, LONG)
        .isBetween(7L, 8L);
  }

  /** By frozen Redis, as it was before; whatever is asked meanwhile. */
  private void withoutRedis(Runnable calls) throws Exception {
    redis.freeze();
    try {
      calls.run();
    } finally {
      redis.thaw();
    }
    awaitShared();
  }

  /** One that has not been asked anything yet. */
  @Test
  void aGatewayLearnsTheTimeOfRedisBeforeItIsAsked() throws Exception {
    LimitRules ten = requests("{\"per_day\": 10}");
    var _ = admitted(demand(1, 1, ten));
    await().atMost(PATIENCE).until(() -> other.redis.knowsTheClock());
    redis.freeze();
    try {
      assertThat(inTime(other.limiter, ten)).isNotNull();
      // Longer than the link remembers what it has asked.
      assertThat(failure(Mono.never().timeout(TIMEOUT.multipliedBy(3)))).isNotNull();
    } finally {
      redis.thaw();
    }
    awaitShared();
    awaitRemaining(7, ten);
  }

  @Test
  void whatSharesGaveIsCountedOnceRedisIsBack() throws Exception {
    LimitRules limits = requests("{\"per_day\": 10, \"per_hour\": 20}");
    awaitShared();
    var _ = admitted(demand(1, 1, limits));
    withoutRedis(() -> {
      for (int i = 0; i < 3; i++) {
        var _ = inTime(one.limiter, limits);
      }
      inTime(one.limiter, limits).release();
      var _ = inTime(other.limiter, limits);
    });
    // And the one that looks.
    awaitRemaining(4, requests("{\"per_day\": 10}"));
    awaitRemaining(14, requests("{\"per_hour\": 20}"));
  }

  /** Of both gateways together, from the moment on that they are without Redis. */
  @Test
  void overAnOutageNoMoreIsAdmittedThanTheCapacityAndWhatCameBack() throws Exception {
    LimitRules sixty = requests("{\"per_minute\": 60}");
    awaitShared();
    List<Taking> takings = new ArrayList<>();
    withoutRedis(() -> {
      assertThat(inTime(one.limiter, sixty)).isNotNull();
      takings.add(new Taking(nanos(), nanos(), 1));
      take(one, 100, sixty, takings);
      take(other, 100, sixty, takings);
    });
    assertThat(takings).hasSizeGreaterThanOrEqualTo(60);
    take(one, 100, sixty, takings);
    take(other, 100, sixty, takings);
    assertBounded(takings, 60);
  }

  private void take(Replica replica, int times, LimitRules rules, List<Taking> takings) {
    for (int i = 0; i < times; i++) {
      long before = nanos();
      if (replica.limiter.admit(demand(1, 1, rules)).onErrorComplete().block(PATIENCE) != null) {
        takings.add(new Taking(before, nanos(), 1));
      }
    }
  }

  @Test
  void whatIsGivenBackOfAShareAfterwardsIsGivenBackInRedis() throws Exception {
    LimitRules day = rules(key(), "{\"tokens\": {\"total_per_day\": 1000}}");
    awaitShared();
    var _ = admitted(demand(0, 0, day));
    List<Permit> permits = new ArrayList<>();
    withoutRedis(() ->
        permits.add(
            Objects.requireNonNull(one.limiter.admit(demand(300, 100, day)).block(ANSWER_BOUND))));
    awaitRemaining(600, day);
    permits.getFirst().settle(new Spent(100, 23, 0));
    awaitRemaining(877, day);
  }

  /** What it gave may be in what the database says. */
  @Test
  void whatTheDatabaseTellsARedisThatHasLostAllIsNotToldAgain() throws Exception {
    LimitRules ten = requests("{\"per_day\": 10}");
    awaitShared();
    for (int i = 0; i < 3; i++) {
      var _ = admitted(demand(1, 1, ten));
    }
    redis.kill();
    try {
      for (int i = 0; i < 2; i++) {
        var _ = inTime(one.limiter, ten);
      }
    } finally {
      usedBefore.put(new CounterKey(key(), null), new Used(5, 5, 0));
      redis.restart();
    }
    awaitShared();
    awaitRemaining(4, ten);
  }

  private TrafficLimit limitPerDay() {
    return TrafficLimit.of(new CounterKey(key(), null), LimitKind.REQUESTS_PER_DAY, 100);
  }

  private void tell(long number, TrafficLimit limit, long amount, long window) {
    long now = System.nanoTime();
    UntoldUse use = new UntoldUse(limit, 0, amount, now, window, one.redis.micros());
    Boolean told =
        one.redis
            .tell(demand(1, 1).organizationId(), List.of(use), "gateway", number)
            .block(PATIENCE);
    assertThat(told).isTrue();
  }

  @Test
  void whatIsToldTwiceCountsOnce() {
    TrafficLimit limit = limitPerDay();
    LimitRules day = requests("{\"per_day\": 100}");
    awaitRemaining(99, day);
    long today = one.redis.micros() / RedisQuestion.micros(limit);
    for (int i = 0; i < 3; i++) {
      tell(7, limit, 10, today);
    }
    awaitRemaining(89, day);
    tell(8, limit, 10, today);
    awaitRemaining(79, day);
    tell(9, limit, -5, today);
    awaitRemaining(84, day);
  }

  @Test
  void whatIsOfAnotherWindowIsNotCounted() {
    TrafficLimit limit = limitPerDay();
    LimitRules day = requests("{\"per_day\": 100}");
    awaitRemaining(99, day);
    long today = one.redis.micros() / RedisQuestion.micros(limit);
    tell(1, limit, 10, today - 1);
    tell(2, limit, 10, today + 1);
    awaitRemaining(99, day);
    // What is kept is yesterday's.
    pass(Duration.ofDays(1));
    tell(3, limit, 10, today);
    awaitRemaining(89, day);
    tell(4, limit, -4, today);
    awaitRemaining(93, day);
  }

  @Test
  void whatIsToldTooLateIsToBeToldAgain() {
    RedisScript correct = RedisScript.beside(RedisTraffic.class, "correct.lua", link);
    String sender = "tollgate:told:{org_late}:" + key();
    for (String latest : List.of("1", "1", "0")) {
      RedisReply reply =
          new RedisReply(
              Objects.requireNonNull(
                  correct.run(List.of(sender), List.of(latest, "5")).block(PATIENCE)));
      assertThat(reply.status())
          .isEqualTo(latest.equals("0") ? RedisReply.Status.TAKEN : RedisReply.Status.LATE);
      assertThat(reply.micros()).isPositive();
    }
    assertThat(link.ask(commands -> commands.pttl(sender)).block(PATIENCE)).isPositive();
  }

  @Test
  void whatCannotBeAddedToWhatRedisHasHoldsNothingUp() throws Exception {
    awaitShared();
    beginWithNothing();
    LimitRules ten = requests("{\"per_day\": 10}");
    var _ = admitted(demand(1, 1, ten));
    String name = spoil("text");
    try {
      withoutRedis(() -> {
        var _ = inTime(one.limiter, ten);
      });
      await()
          .atMost(PATIENCE)
          .until(() -> meters.counter("tollgate.traffic.untold.lost").count() >= 1);
    } finally {
      link.ask(commands -> commands.del(name)).block(PATIENCE);
    }
  }

  @Test
  void eachKindSaysWhatBecomesOfItWithoutRedis() throws Exception {
    Replica strict =
        new Replica(
            link,
            InstantSource.system(),
            Map.of(
                LimitKind.REQUESTS_PER_DAY, WhenAway.REJECT,
                LimitKind.REQUESTS_PER_MINUTE, WhenAway.ADMIT));
    redis.freeze();
    try {
      LimitRules admitting = requests("{\"per_minute\": 1}");
      for (int i = 0; i < 5; i++) {
        inTime(strict.limiter, admitting).release();
      }
      Throwable failure = failure(strict.limiter.admit(demand(1, 1, requests("{\"per_day\": 5}"))));
      assertThat(failure).isInstanceOf(RejectionException.class);
      assertThat(((RejectionException) Objects.requireNonNull(failure)).rejection().code())
          .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    } finally {
      redis.thaw();
    }
    assertThat(meters.counter("tollgate.traffic.away", "then", "admit").count()).isEqualTo(5);
    assertThat(meters.counter("tollgate.traffic.away", "then", "reject").count()).isEqualTo(1);
    awaitShared();
  }

  /** Whatever stands there, and however it came there. */
  @ParameterizedTest
  @ValueSource(strings = {"a list", "text"})
  void whatCannotBeReadOfOneOrganizationHarmsNobodyElse(String kept) {
    awaitShared();
    LimitRules others = requests("{\"per_day\": 10}");
    Demand well = demand(1, 1, others);
    var _ = admitted(well);
    beginWithNothing();
    LimitRules ten = requests("{\"per_day\": 10}");
    Demand broken = demand(1, 1, ten);
    var _ = admitted(broken);
    String name = spoil(kept);
    try {
      for (int i = 0; i < 3; i++) {
        RejectionException refusal = (RejectionException) failure(one.limiter.admit(broken));
        assertThat(refusal).isNotNull();
        assertThat(refusal.rejection().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
        assertThat(failure(one.limiter.admitIf(held(), broken))).isNull();
        assertThat(isShared(admitted(well), 10)).isTrue();
      }
    } finally {
      link.ask(commands -> commands.del(name)).block(PATIENCE);
    }
    assertThat(meters.counter("tollgate.traffic.failed").count()).isEqualTo(3);
    assertThat(meters.get("tollgate.traffic.away").counters()).allMatch(way -> way.count() == 0);
  }

  /** What is counted of the subject of this test. */
  private String spoil(String kept) {
    List<String> names =
        link.ask(commands -> commands.keys("tollgate:limit:*" + key() + "*").collectList())
            .block(PATIENCE);
    assertThat(names).hasSize(1);
    String name = Objects.requireNonNull(names).getFirst();
    link.ask(commands ->
            commands
                .del(name)
                .then(
                    kept.equals("text")
                        ? commands.set(name, kept).then()
                        : commands.lpush(name, kept).then())
                .thenReturn(true))
        .block(PATIENCE);
    return name;
  }

  /** Until both ask Redis again. */
  private void awaitShared() {
    LimitRules probe = requests("{\"per_second\": 1000}");
    for (Replica replica : List.of(one, other)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> isShared(inTime(replica.limiter, probe), 1000));
    }
  }
}
