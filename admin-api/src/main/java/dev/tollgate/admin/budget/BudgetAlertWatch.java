package dev.tollgate.admin.budget;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks at budgets again and again; a database that does not answer is asked at the next turn. */
@Component
class BudgetAlertWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BudgetAlertWatch.class);

  private final BudgetAlerts alerts;
  private final BudgetProperties properties;
  private final Clock clock;
  private @Nullable Disposable running;

  BudgetAlertWatch(BudgetAlerts alerts, BudgetProperties properties, Clock clock) {
    this.alerts = alerts;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public synchronized void start() {
    running =
        Flux.interval(properties.alertsEvery())
            .onBackpressureDrop()
            .concatMap(_ -> tellOrWait(), 1)
            .subscribe();
  }

  private Mono<Void> tellOrWait() {
    return Mono.defer(() -> alerts.tell(clock.instant()))
        .onErrorResume(failure -> {
          log.warn("budgets could not be looked at: {}", failure.toString());
          return Mono.empty();
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
