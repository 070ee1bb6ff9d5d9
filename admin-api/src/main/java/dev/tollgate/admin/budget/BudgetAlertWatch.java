package dev.tollgate.admin.budget;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/**
 * Looks at budgets again and again, for a tenth of the time at most; a database that does not
 * answer is asked at the next turn.
 */
@Component
class BudgetAlertWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BudgetAlertWatch.class);

  private final BudgetAlerts alerts;
  private final BudgetProperties properties;
  private final Clock clock;
  private @Nullable Disposable running;
  private volatile Duration pause;

  BudgetAlertWatch(BudgetAlerts alerts, BudgetProperties properties, Clock clock) {
    this.alerts = alerts;
    this.properties = properties;
    this.clock = clock;
    this.pause = properties.alertsEvery();
  }

  @Override
  public synchronized void start() {
    running =
        Mono.defer(() -> Mono.delay(pause))
            .then(Mono.defer(this::tellOrWait).elapsed().doOnNext(this::rest).then())
            .repeat()
            .subscribe();
  }

  private void rest(Tuple2<Long, Boolean> looked) {
    Duration nineTimesAsLong = Duration.ofMillis(9 * looked.getT1());
    Duration every = properties.alertsEvery();
    pause = nineTimesAsLong.compareTo(every) > 0 ? nineTimesAsLong : every;
  }

  /** Whether it could be done. */
  private Mono<Boolean> tellOrWait() {
    return Mono.defer(() -> alerts.tell(clock.instant()))
        .thenReturn(true)
        .onErrorResume(failure -> {
          log.warn("budgets could not be looked at: {}", failure.toString());
          return Mono.just(false);
        });
  }

  @Override
  public synchronized void stop() {
    Disposable watch = running;
    if (watch != null) {
      watch.dispose();
    }
    running = null;
  }

  @Override
  public synchronized boolean isRunning() {
    return running != null;
  }
}
