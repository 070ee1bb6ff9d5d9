package dev.tollgate.gateway.concurrency.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.ConcurrencyLimits;
import dev.tollgate.gateway.policy.LimitRules.CostLimits;
import dev.tollgate.gateway.policy.LimitRules.RequestLimits;
import dev.tollgate.gateway.policy.LimitRules.TokenLimits;
import dev.tollgate.gateway.policy.LimitedModels;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.support.TestDemand;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** One who asks for permits, and what it has been told. */
final class Client extends BaseSubscriber<Permit> {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration OFTEN = Duration.ofMillis(2);

  private volatile @Nullable Permit permit;
  private volatile @Nullable Throwable failure;
  private volatile boolean left;

  static LimitRules rules(Subject subject, long parallel, @Nullable Long queued) {
    return rules(subject, parallel, queued, null);
  }

  static LimitRules rules(
      Subject subject, long parallel, @Nullable Long queued, @Nullable Duration patience) {
    return new LimitRules(
        subject,
        new RequestLimits(null, null, null, null, null),
        new TokenLimits(null, null, null),
        new CostLimits(null, null, null, null, null),
        new ConcurrencyLimits(parallel, queued, patience),
        LimitedModels.NONE);
  }

  static Client of(Limiter limiter, LimitRules... rules) {
    return of(limiter, false, rules);
  }

  /**
   * @param asked as the limiter is told it
   */
  static Client of(Limiter limiter, Consumer<Precondition> asked, LimitRules... rules) {
    Client client = new Client();
    limiter.admit(demand(false, rules), asked).subscribe(client);
    return client;
  }

  static Client withPriority(Limiter limiter, LimitRules... rules) {
    return of(limiter, true, rules);
  }

  private static Client of(Limiter limiter, boolean priority, LimitRules... rules) {
    Client client = new Client();
    limiter.admit(demand(priority, rules)).subscribe(client);
    return client;
  }

  private static Demand demand(boolean priority, LimitRules... rules) {
    return TestDemand.under(List.of(rules)).priority(priority).demand();
  }

  @Override
  protected void hookOnNext(Permit granted) {
    permit = granted;
    if (left) {
      granted.release();
    }
  }

  /** Goes away whether it has been granted anything, is about to be, or waits. */
  void leave() {
    left = true;
    cancel();
    Permit granted = permit;
    if (granted != null) {
      granted.release();
    }
  }

  @Override
  protected void hookOnError(Throwable refusal) {
    failure = refusal;
  }

  static void until(BooleanSupplier condition) {
    if (!condition.getAsBoolean()) {
      await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(OFTEN)
          .until(condition::getAsBoolean);
    }
  }

  static int parallel(LimitRules rules) {
    return Math.toIntExact(Objects.requireNonNull(rules.concurrency().parallel()));
  }

  boolean isGranted() {
    return permit != null;
  }

  boolean isRefused() {
    return failure != null;
  }

  boolean isTold() {
    return isGranted() || isRefused();
  }

  Client told() {
    until(this::isTold);
    return this;
  }

  Client granted() {
    assertThat(told().failure).isNull();
    return this;
  }

  Permit permit() {
    return Objects.requireNonNull(granted().permit);
  }

  void goAway() {
    permit().release();
  }

  Rejection refusal() {
    assertThat(told().failure).isInstanceOf(RejectionException.class);
    return ((RejectionException) Objects.requireNonNull(failure)).rejection();
  }

  void neverAllowed() {
    Rejection refusal = refusal();
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONCURRENCY_LIMIT_EXCEEDED);
    assertThat(refusal.futile()).isTrue();
    assertThat(refusal.retryAfter()).isPositive();
  }

  void reached() {
    Rejection refusal = refusal();
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONCURRENCY_LIMIT_EXCEEDED);
    assertThat(refusal.futile()).isFalse();
    assertThat(refusal.retryAfter()).isPositive();
  }
}
