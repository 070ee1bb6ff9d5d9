package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.traffic.TrafficStore.Hold;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UntoldTest {

  private static final String ORGANIZATION = "org_1";
  private static final long HOUR_MICROS = Duration.ofHours(1).toNanos() / 1000;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<long[]> corrected = new ArrayList<>();
  private long nanos = 5;
  private long micros = 7 * HOUR_MICROS;
  private final Untold untold = new Untold(() -> nanos, () -> micros, 1000, meters);

  private static TrafficLimit limit(String key, LimitKind kind, long capacity) {
    return TrafficLimit.of(new CounterKey(Subject.key(key), null), kind, capacity);
  }

  private static final TrafficLimit SIXTY = limit("key_1", LimitKind.REQUESTS_PER_MINUTE, 60);
  private static final TrafficLimit HOUR = limit("key_1", LimitKind.REQUESTS_PER_HOUR, 60);

  private final class Share implements Hold {

    private final List<Claim> claims;

    Share(List<Claim> claims) {
      this.claims = claims;
    }

    @Override
    public List<Claim> claims() {
      return claims;
    }

    @Override
    public void correct(long[] changes) {
      corrected.add(changes);
    }
  }

  /** By one of two gateways. */
  private Hold take(TrafficLimit limit, long amount) {
    Claim claim = new Claim(limit, amount, amount);
    return untold.remember(
        ORGANIZATION, List.of(claim), new Share(List.of(claim.shared(all -> all / 2))));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    micros += time.toNanos() / 1000;
  }

  private UntoldUse told() {
    Map<String, List<UntoldUse>> all = untold.takeAll();
    assertThat(untold.takeAll()).isEmpty();
    assertThat(all).containsOnlyKeys(ORGANIZATION);
    List<UntoldUse> uses = all.getOrDefault(ORGANIZATION, List.of());
    assertThat(uses).hasSize(1);
    return uses.getFirst();
  }

  @Test
  void ofABucketWhatHasComeBackOfTheShareIsNotTold() {
    var _ = take(SIXTY, 10);
    pass(Duration.ofSeconds(4));
    var _ = take(SIXTY, 10);
    pass(Duration.ofSeconds(4));
    UntoldUse use = told();
    assertThat(use.limit()).isSameAs(SIXTY);
    assertThat(use.whole(nanos)).isEqualTo(16);
    pass(Duration.ofMinutes(1));
    assertThat(use.whole(nanos)).isZero();
  }

  @Test
  void nothingIsSavedUpOfABucketThatIsFull() {
    var _ = take(SIXTY, 1);
    pass(Duration.ofMinutes(5));
    var _ = take(SIXTY, 10);
    assertThat(told().whole(nanos)).isEqualTo(10);
  }

  @Test
  void ofAWindowAllIsToldUntilItIsOver() {
    var _ = take(HOUR, 10);
    pass(Duration.ofMinutes(50));
    var _ = take(HOUR, 5);
    UntoldUse use = told();
    assertThat(use.whole(nanos)).isEqualTo(15);
    assertThat(use.window()).isEqualTo(7);
    assertThat(use.micros()).isEqualTo(micros);

    var _ = take(HOUR, 10);
    pass(Duration.ofMinutes(10));
    var _ = take(HOUR, 2);
    UntoldUse next = told();
    assertThat(next.whole(nanos)).isEqualTo(2);
    assertThat(next.window()).isEqualTo(8);
  }

  @Test
  void whatIsCorrectedIsOfTheWindowThatItWasTakenOf() {
    Hold hold = take(HOUR, 10);
    hold.correct(new long[] {-4});
    assertThat(told().whole(nanos)).isEqualTo(6);
    hold.correct(new long[] {-3});
    UntoldUse use = told();
    assertThat(use.whole(nanos)).isEqualTo(-3);
    assertThat(use.window()).isEqualTo(7);
    assertThat(corrected).hasSize(2);

    Hold late = take(HOUR, 10);
    pass(Duration.ofHours(1));
    var _ = take(HOUR, 2);
    late.correct(new long[] {-8});
    assertThat(told().whole(nanos)).isEqualTo(2);
  }

  @Test
  void remembersNoMoreLimitsThanItMay() {
    for (int i = 0; i < 5000; i++) {
      var _ = take(limit("key_" + i, LimitKind.REQUESTS_PER_DAY, 10), 1);
    }
    assertThat(untold.size()).isLessThanOrEqualTo(1000);
    assertThat(meters.counter("tollgate.traffic.untold.lost").count())
        .isEqualTo(5000.0 - untold.size());
  }
}
