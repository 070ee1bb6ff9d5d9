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

  /** Batches of one statement before the next one has its turn. */
  private static final int MOST_BATCHES = 20;

  /**
   * Windows that are over for a day or more, with what is leased of them; a gateway that was away
   * for so long still stores its usage rows. A row that is locked waits for the next turn.
   */
  private static final String BUDGETS =
      """
      DELETE FROM tollgate.budget WHERE id IN (
        SELECT id FROM tollgate.budget
         WHERE period <> 'total' AND starts_at < now() - interval '2 days'
           AND starts_at < now() - CASE period WHEN 'hour' THEN interval '2 days' WHEN 'day' THEN interval '3 days'
                                               ELSE interval '33 days' END
         LIMIT {batch} FOR UPDATE SKIP LOCKED)\
      """
          .replace("{batch}", Integer.toString(Retention.BATCH));

  private static final String BUDGETS_OF_TOKENS =
      """
      DELETE FROM tollgate.budget WHERE id IN (
        SELECT b.id FROM tollgate.budget b
         WHERE b.period = 'total' AND NOT EXISTS (
           SELECT FROM tollgate.project_token t
            WHERE t.jti = split_part(b.subject, ':', 2) AND t.expires_at > now() - interval '2 days')
         LIMIT {batch} FOR UPDATE SKIP LOCKED)\
      """
          .replace("{batch}", Integer.toString(Retention.BATCH));

  private static final String USAGE_DAYS = "SELECT tollgate.drop_usage_days({since})";

  /** Of days that were not dropped since they had no table of their own. */
  private static final String OTHER_USAGE =
      "SELECT tollgate.delete_other_usage({since}, {batch})"
          .replace("{batch}", Integer.toString(Retention.BATCH));

  private static final String USAGE_HOURS =
      """
      DELETE FROM tollgate.usage_hour WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM tollgate.usage_hour WHERE hour < {since} LIMIT {batch}))\
      """
          .replace("{batch}", Integer.toString(Retention.BATCH));

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT tollgate.make_usage_days()",
          "DELETE FROM tollgate.usage_hour_respelled WHERE hour < now() - interval '2 days'",
          "DELETE FROM tollgate.change WHERE at < now() - interval '1 hour'",
          "DELETE FROM tollgate.idempotency WHERE created_at < now() - interval '24 hours'",
          "DELETE FROM tollgate.key_place WHERE last_seen_at < now() - interval '90 days'",
          "DELETE FROM tollgate.key_refusals WHERE since < now() - interval '10 minutes'",
          "DELETE FROM tollgate.finding WHERE told_at < now() - interval '2 days'");

  private final DatabaseClient database;
  private final String usageSince;
  private volatile @Nullable Disposable running;

  Pruning(DatabaseClient database, RetentionProperties retention) {
    this.database = database;
    this.usageSince = "now() - interval '%d seconds'".formatted(retention.usage().toSeconds());
  }

  /** Once; a failure is for the caller to log. */
  Mono<Void> prune() {
    return Flux.fromIterable(Retention.STATEMENTS)
        .concatWithValues(BUDGETS, BUDGETS_OF_TOKENS)
        .concatMap(statement -> batches(database.sql(statement).fetch().rowsUpdated()))
        .thenMany(Flux.fromIterable(STATEMENTS))
        .concatMap(statement -> database.sql(statement).then())
        .then(pruneUsage());
  }

  private Mono<Void> pruneUsage() {
    return ofUsage(USAGE_DAYS)
        .then()
        .then(batches(ofUsage(OTHER_USAGE).mapValue(Long.class).one()))
        .then(batches(ofUsage(USAGE_HOURS).fetch().rowsUpdated()));
  }

  private DatabaseClient.GenericExecuteSpec ofUsage(String statement) {
    return database.sql(statement.replace("{since}", usageSince));
  }

  private static Mono<Void> batches(Mono<Long> batch) {
    return batch.repeat(MOST_BATCHES - 1).takeUntil(rows -> rows < Retention.BATCH).then();
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
