package dev.tollgate.gateway.concurrency.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisLinks;
import dev.tollgate.gateway.redis.WhenAway;
import dev.tollgate.gateway.support.RedisProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** What one gateway tells a real Redis; no lease ends here, since it is longer than any wait. */
class LeaseKeeperIT {

  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(10);
  private static final String SELF = "tollgate:concurrency:epoch";
  private static final String SUBJECT = "key:one";
  private static final int LIMIT = 5;

  private final HeldClaims held = new HeldClaims();
  private RedisProcess redis;
  private RedisLink link;
  private LeaseKeeper keeper;
  private RedisPermits permits;
  private Disposable timer;

  @BeforeEach
  void start() throws IOException {
    redis = RedisProcess.start();
    link = RedisLinks.to(redis.url());
    Pace pace = Pace.of(LEASE);
    PermitScripts scripts = new PermitScripts(link, pace);
    keeper = new LeaseKeeper(scripts, held, pace);
    permits =
        new RedisPermits(
            scripts,
            keeper,
            held,
            new ConcurrencyMeters(new SimpleMeterRegistry()),
            WhenAway.LOCAL_SHARE,
            limit -> limit);
    beginEpoch("first");
    timer = keeper.start(Schedulers.parallel());
    Client.until(() -> "first".equals(keeper.epoch()));
  }

  @AfterEach
  void stop() {
    timer.dispose();
    link.close();
    redis.close();
  }

  /** One that is old enough for permits to be granted in it. */
  private void beginEpoch(String epoch) {
    Map<String, String> self =
        Map.of("epoch", epoch, "since", "0", "heard", Long.toString(Long.MAX_VALUE / 1024));
    Client.until(() ->
        link.ask(commands -> commands.hset(SELF, self))
            .map(added -> true)
            .onErrorReturn(false)
            .blockOptional(ANSWER_BOUND)
            .orElse(false));
  }

  private long counted() {
    return Objects.requireNonNull(
        link.ask(commands -> commands.zcard("tollgate:concurrency:" + SUBJECT))
            .block(ANSWER_BOUND));
  }

  private static Claim claim(String id) {
    return new Claim(id, List.of(new Need(SUBJECT, LIMIT)));
  }

  private List<Outcome> take(List<Claim> claims) {
    return Objects.requireNonNull(permits.take(claims).block(ANSWER_BOUND));
  }

  /** Under load there is always one that Redis has not been told of yet. */
  @Test
  void asksAgainWhileRequestsAreGrantedAllTheTime() throws Exception {
    held.add(claim("held"));
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> requests =
          thread.submit(() -> {
            Claim passing = claim("passing");
            while (!over.get()) {
              keeper.tell(passing);
            }
          });
      try {
        keeper.forgotten();
        Client.until(() -> keeper.epoch() != null);
      } finally {
        over.set(true);
      }
      var _ = requests.get();
    }
    assertThat(counted()).isEqualTo(1);
  }

  /** Whatever keeps one message from being said, the next one is. */
  @Test
  void goesOnAfterAnErrorOfOneMessage() {
    AtomicBoolean faulty = new AtomicBoolean(true);
    Claim claim =
        new Claim(
            "faulty",
            new AbstractList<>() {
              @Override
              public Need get(int index) {
                return new Need(SUBJECT, LIMIT);
              }

              @Override
              public int size() {
                if (faulty.get()) {
                  throw new InternalError("a fault of a mapped file");
                }
                return 1;
              }
            });
    faulty.set(false);
    held.add(claim);
    faulty.set(true);
    keeper.tell(claim);
    assertThat(keeper.epoch()).as("as long as nobody knows what Redis was told").isNull();
    faulty.set(false);
    Client.until(() -> keeper.epoch() != null);
    assertThat(counted()).isEqualTo(1);
    permits.release(claim);
    Client.until(() -> counted() == 0);
  }

  /** Redis takes nothing back where it is asked in an epoch that is over. */
  @Test
  void repeatsWhatCameBackAsAnEpochEnded() {
    List<Claim> going = IntStream.range(0, LIMIT).mapToObj(i -> claim("going" + i)).toList();
    assertThat(take(going)).containsOnly(Outcome.GRANTED);
    assertThat(counted()).isEqualTo(LIMIT);
    beginEpoch("second");
    going.forEach(held::remove);
    keeper.repeatReleases(going);
    Claim late = claim("late");
    assertThat(take(List.of(late))).containsOnly(Outcome.GRANTED);
    Client.until(() -> "second".equals(keeper.epoch()));
    Client.until(() -> counted() == 1);
    permits.release(late);
    Client.until(() -> counted() == 0);
  }
}
