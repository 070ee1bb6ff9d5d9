package dev.tollgate.admin.schema;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes rows whose time is over. Several processes may do it at once: each row goes once. */
@Component
class Pruning implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Pruning.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** After the retention of their key's policy, without one after 30 days; a batch at a time. */
  private static final String BODIES =
      """
      DELETE FROM tollgate.body WHERE id IN (
        SELECT b.id FROM tollgate.body b LEFT JOIN LATERAL (
          SELECT (k.policy #>> '{security,audit,retention_days}')::integer AS days
            FROM gateway_v1.virtual_key k WHERE k.key_id = b.key_id LIMIT 1) retention ON true
         WHERE b.at < now() - make_interval(days => COALESCE(retention.days, 30))
         ORDER BY b.at LIMIT 10000)\
      """;

  private static final List<String> STATEMENTS =
      List.of(
          BODIES,
          "DELETE FROM tollgate.change WHERE at < now() - interval '1 hour'",
          "DELETE FROM tollgate.idempotency WHERE created_at < now() - interval '24 hours'");

  private final DatabaseClient database;
  private volatile @Nullable Disposable running;

  Pruning(DatabaseClient database) {
    this.database = database;
  }

  /** Once; a failure is for the caller to log. */
  Mono<Void> prune() {
    return Flux.fromIterable(STATEMENTS)
        .concatMap(statement -> database.sql(statement).then())
        .then();
  }

  @Override
  public void start() {
    running =
        Flux.interval(INTERVAL)
            .onBackpressureDrop()
            .concatMap(_ -> prune().onErrorResume(Pruning::failed))
            .subscribe();
  }

  private static Mono<Void> failed(Throwable failure) {
    log.warn("pruning failed, it is tried again: {}", failure.toString());
    return Mono.empty();
  }

  @Override
  public void stop() {
    Disposable subscription = running;
    if (subscription != null) {
      subscription.dispose();
    }
    running = null;
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
