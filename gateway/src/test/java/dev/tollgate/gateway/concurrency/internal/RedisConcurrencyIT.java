package dev.tollgate.gateway.concurrency.internal;

import static dev.tollgate.gateway.concurrency.internal.Client.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisLinks;
import dev.tollgate.gateway.redis.WhenAway;
import dev.tollgate.gateway.support.RedisProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Gateways on one real Redis, also when it is away, and when one of them is no more. */
class RedisConcurrencyIT extends ConcurrencyContract {

  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int REPLICAS = 2;

  /** The bound within which a request must have its answer, the store away or not. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private static RedisProcess redis;
  private Gateway one;
  private Gateway two;

  private static final class Gateway implements AutoCloseable {

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final RedisLink link = RedisLinks.to(redis.url());
    final ConcurrencyLimiter limiter;

    Gateway(WhenAway whenAway) {
      ConcurrencyProperties properties =
          new ConcurrencyProperties(
              Duration.ofSeconds(10), Duration.ofMinutes(5), 1000, LEASE, whenAway);
      limiter =
          new Concurrency(properties, Schedulers.parallel(), meters)
              .shared(link, limit -> limit / REPLICAS);
    }

    double metered(String name) {
      return meters.get("tollgate.concurrency." + name).gauge().value();
    }

    Gateway there() {
      Client.until(() -> metered("away") == 0);
      return this;
    }

    Gateway away() {
      Client.until(() -> metered("away") == 1);
      return this;
    }

    List<Client> ask(int times, LimitRules... rules) {
      return IntStream.range(0, times).mapToObj(i -> Client.of(limiter, rules).told()).toList();
    }

    /** As a process that is killed: it says nothing any more. */
    @Override
    public void close() {
      limiter.close();
      link.close();
    }
  }

  @BeforeAll
  static void startRedis() throws IOException {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void start() {
    one = new Gateway(WhenAway.LOCAL_SHARE).there();
    two = new Gateway(WhenAway.LOCAL_SHARE).there();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  @Override
  ConcurrencyLimiter limiter() {
    return one.limiter;
  }

  @Override
  ConcurrencyLimiter other() {
    return two.limiter;
  }

  @Override
  double metered(String name) {
    return one.metered(name) + two.metered(name);
  }

  private static long granted(List<Client> clients) {
    return clients.stream().filter(Client::isGranted).count();
  }

  private static void goAway(List<Client> clients) {
    clients.stream().filter(Client::isGranted).forEach(Client::goAway);
  }

  private long redisMillis() {
    List<String> time =
        Objects.requireNonNull(
            one.link.ask(commands -> commands.time().collectList()).block(ANSWER_BOUND));
    return Long.parseLong(time.getFirst()) * 1000 + Long.parseLong(time.getLast()) / 1000;
  }

  @Test
  void countsOnceForAllGateways() {
    LimitRules three = rules(key, 3, null);
    List<Client> here = one.ask(2, three);
    List<Client> there = two.ask(2, three);
    assertThat(granted(here)).isEqualTo(2);
    assertThat(granted(there)).isEqualTo(1);
    goAway(here);
    goAway(there);
    expectAllBack(three);
  }

  /** What others may depend on: it is so once the permit is granted, and only then. */
  @Test
  void saysByWhatRedisKnowsOfAPermit() {
    LimitRules limit = rules(key, 1, 1L, Duration.ofMinutes(1));
    List<Precondition> told = new CopyOnWriteArrayList<>();
    Client going = Client.of(one.limiter, told::add, limit).granted();
    Client waiting = Client.of(one.limiter, told::add, limit);
    Client.until(() -> one.metered("waiting") == 1);
    Client refused = Client.of(one.limiter, told::add, rules(key, 1, 0L)).told();
    assertThat(refused.isRefused()).isTrue();
    assertThat(told.stream().filter(this::holds)).hasSize(1);
    going.goAway();
    waiting.granted().goAway();
    expectAllBack(limit);
    Client.until(() -> told.stream().noneMatch(this::holds));
  }

  private boolean holds(Precondition told) {
    return one.link
        .ask(commands -> commands.zscore(told.key(), told.member()))
        .blockOptional(ANSWER_BOUND)
        .isPresent();
  }

  @Test
  void wakesWhoWaitsAtAnotherGateway() {
    LimitRules limit = rules(key, 1, 5L);
    Client going = Client.of(one.limiter, limit).granted();
    Client waiting = Client.of(two.limiter, limit);
    Client.until(() -> two.metered("waiting") == 1);
    going.goAway();
    waiting.granted().goAway();
    expectAllBack(limit);
  }

  /** One gateway that has always somebody in line must not keep the other from its turn. */
  @Test
  void letsEachGatewayHaveItsTurn() {
    LimitRules limit = rules(key, 1, 500L, Duration.ofMinutes(1));
    Client going = Client.of(one.limiter, limit).granted();
    List<Client> here =
        IntStream.range(0, 200).mapToObj(i -> Client.of(one.limiter, limit)).toList();
    Client there = Client.of(two.limiter, limit);
    Client.until(() -> metered("waiting") == 201);
    int turns = 0;
    while (!there.isTold() && turns < 200) {
      going.goAway();
      going = here.get(turns);
      turns++;
      Client next = going;
      Client.until(() -> next.isTold() || there.isTold());
    }
    assertThat(there.isGranted()).isTrue();
    here.forEach(Client::leave);
    there.goAway();
    going.leave();
    expectAllBack(limit);
  }

  @Test
  void renewsPermitsAsLongAsTheyLive() {
    LimitRules limit = rules(key, 1, null);
    Client going = Client.of(one.limiter, limit).granted();
    long begin = redisMillis();
    Client.until(() -> redisMillis() > begin + LEASE.toMillis() * 3 / 2);
    Client.of(two.limiter, limit).reached();
    going.goAway();
    expectAllBack(limit);
  }

  @Test
  void losesNoPermitOfAKilledGatewayForLongerThanItsLease() {
    LimitRules limit = rules(key, 2, null);
    List<Client> lost = one.ask(2, limit);
    assertThat(granted(lost)).isEqualTo(2);
    one.close();
    Client.of(two.limiter, limit).reached();
    Client waiting = Client.of(two.limiter, rules(key, 2, 1L, LEASE.plusSeconds(2)));
    waiting.granted().goAway();
    assertThat(two.meters.get("tollgate.concurrency.expired").counter().count()).isPositive();
    one = new Gateway(WhenAway.LOCAL_SHARE).there();
    expectAllBack(limit);
  }

  @Test
  void keepsToItsShareWhileRedisIsFrozenAndCountsAllAfterwards() throws Exception {
    LimitRules limit = rules(key, 4, null);
    List<Client> before = one.ask(1, limit);
    redis.freeze();
    List<Client> here;
    List<Client> there;
    try {
      here = inTime(one, 3, limit);
      there = inTime(two, 3, limit);
    } finally {
      redis.thaw();
    }
    assertThat(granted(here)).isEqualTo(1);
    assertThat(granted(there)).isEqualTo(2);
    one.there();
    two.there();
    Client.of(one.limiter, limit).reached();
    Client.of(two.limiter, limit).reached();
    goAway(before);
    goAway(here);
    goAway(there);
    expectAllBack(limit);
  }

  private static List<Client> inTime(Gateway gateway, int times, LimitRules rules) {
    return IntStream.range(0, times)
        .mapToObj(i -> {
          long begin = System.nanoTime();
          Client client = Client.of(gateway.limiter, rules).told();
          assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ANSWER_BOUND);
          return client;
        })
        .toList();
  }

  /** It comes back with nothing in it, and is told what is held before anybody is let go. */
  @Test
  void forgetsNothingThatIsHeldWhenRedisIsKilled() throws Exception {
    LimitRules limit = rules(key, 4, null);
    List<Client> here = one.ask(2, limit);
    List<Client> there = two.ask(2, limit);
    redis.kill();
    try {
      assertThat(granted(inTime(one, 2, limit))).isZero();
      assertThat(granted(inTime(two, 2, limit))).isZero();
    } finally {
      redis.restart();
    }
    Client.until(() -> {
      assertThat(granted(one.ask(1, limit))).isZero();
      assertThat(granted(two.ask(1, limit))).isZero();
      return metered("away") == 0;
    });
    Client.of(one.limiter, limit).reached();
    goAway(here);
    goAway(there);
    expectAllBack(limit);
  }

  @Test
  void refusesOrLetsGoWhileRedisIsAwayAsItIsTold() throws Exception {
    LimitRules limit = rules(key, 1, 1L);
    try (Gateway strict = new Gateway(WhenAway.REJECT).there();
        Gateway lenient = new Gateway(WhenAway.ADMIT).there()) {
      redis.freeze();
      try {
        assertThat(Client.of(strict.limiter, limit).refusal().code())
            .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
        goAway(inTime(lenient, 3, limit));
      } finally {
        redis.thaw();
      }
      strict.there();
      lenient.there();
    }
    expectAllBack(limit);
  }

  /** A request that waits is not to wait for a Redis that is away. */
  @Test
  void tellsThoseWhoWaitThatRedisIsAway() throws Exception {
    LimitRules limit = rules(key, 1, 1L, Duration.ofMinutes(1));
    try (Gateway strict = new Gateway(WhenAway.REJECT).there()) {
      Client going = Client.of(strict.limiter, limit).granted();
      Client waiting = Client.of(strict.limiter, limit);
      Client.until(() -> strict.metered("waiting") == 1);
      redis.freeze();
      try {
        var _ = strict.away();
        assertThat(waiting.refusal().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
      } finally {
        redis.thaw();
      }
      going.goAway();
      var _ = strict.there();
    }
    expectAllBack(limit);
  }

  /** Whatever stands there, and however it came there. */
  @Test
  void whatCannotBeReadOfOneSubjectHarmsNobodyElse() {
    LimitRules broken = rules(key, 2, null);
    LimitRules well = rules(otherKey, 2, null);
    Client going = Client.of(one.limiter, broken).granted();
    Client other = Client.of(one.limiter, well).granted();
    String name = kept(key);
    spoil(name);
    assertThat(Client.of(one.limiter, broken).refusal().code())
        .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    assertThat(Client.of(two.limiter, well, broken).refusal().code())
        .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    // All that is held has been told again since.
    long begin = redisMillis();
    Client.until(() -> redisMillis() > begin + LEASE.toMillis());
    assertThat(metered("away")).isZero();
    Client there = Client.of(two.limiter, well).granted();
    Client.of(one.limiter, well).reached();
    going.goAway();
    other.goAway();
    there.goAway();
    expectAllBack(well);
    one.link.ask(commands -> commands.del(name)).block(ANSWER_BOUND);
    expectAllBack(broken);
  }

  private String kept(Subject subject) {
    List<String> names =
        one.link
            .ask(commands ->
                commands.keys("tollgate:concurrency:*" + subject.id() + "*").collectList())
            .block(ANSWER_BOUND);
    assertThat(names).hasSize(1);
    return Objects.requireNonNull(names).getFirst();
  }

  private void spoil(String name) {
    one.link
        .ask(commands -> commands.del(name).then(commands.set(name, "text")))
        .block(ANSWER_BOUND);
  }
}
