package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.gateway.snapshot.SnapshotProperties;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Follows what the admin API changes, over a connection of its own: by notifications, and by a poll
 * of the change log that covers lost ones. The poll asks from the oldest transaction that was open
 * at the poll before, so that no order of commits hides a change. After each new connection
 * everything is forgotten once.
 */
final class ChangeFeed {

  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(300);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

  private static final String RECALL = "tollgate_recall";
  private static final String POLL =
      """
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest_open,
             ARRAY(SELECT DISTINCT target || ' ' || xid FROM gateway_v1.change WHERE xid >= $1::text::xid8) AS changes
      """;
  private static final String OLDEST_OPEN =
      "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest_open";

  private final ConnectionFactory connections;
  private final SnapshotProperties properties;
  private final Listener listener;
  private final LongSupplier nanoClock;
  private final ToldChanges told = new ToldChanges();
  private volatile long confirmedNanos;
  private volatile boolean everConfirmed;
  private volatile boolean following = true;

  ChangeFeed(
      ConnectionFactory connections,
      SnapshotProperties properties,
      Listener listener,
      LongSupplier nanoClock) {
    this.connections = connections;
    this.properties = properties;
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /** Told of every change, once a connection. */
  interface Listener {
    void changed(String target);

    /** Told by a notification only: nothing is wrong where it is lost, only less is granted. */
    void calledBack(String budget);

    void anythingMayHaveChanged();
  }

  Disposable start() {
    return Mono.defer(this::followOneConnection)
        .retryWhen(
            Retry.fixedDelay(Long.MAX_VALUE, RECONNECT_AFTER)
                .doBeforeRetry(signal -> lost(signal.failure())))
        .subscribe();
  }

  /** Whether the database confirmed recently enough that what is in memory may be gone by. */
  boolean isCurrent() {
    return everConfirmed
        && nanoClock.getAsLong() - confirmedNanos < properties.usableWithoutDatabase().toNanos();
  }

  private Mono<Void> followOneConnection() {
    return Mono.usingWhen(
        Mono.from(connections.create()).timeout(ANSWER_TIMEOUT),
        connection -> follow(connection),
        connection -> Mono.from(connection.close()).timeout(ANSWER_TIMEOUT).onErrorComplete());
  }

  private Mono<Void> follow(Connection connection) {
    PostgresqlConnection postgres = (PostgresqlConnection) connection;
    Flux<Void> notifications =
        postgres.getNotifications().doOnNext(this::notified).thenMany(ended());
    Mono<Void> polls = listen(postgres).flatMap(oldestOpen -> pollFrom(postgres, oldestOpen));
    return Flux.merge(notifications, polls).then();
  }

  /** LISTEN first, forget second: a change between the two is told or read afresh, never missed. */
  private Mono<String> listen(PostgresqlConnection connection) {
    return connection
        .createStatement("LISTEN tollgate_change; LISTEN " + RECALL)
        .execute()
        .flatMap(result -> result.getRowsUpdated())
        .then(oldestOpen(connection))
        .timeout(ANSWER_TIMEOUT)
        .doOnNext(oldestOpen -> {
          told.clear();
          listener.anythingMayHaveChanged();
          confirm();
          following = true;
          log.info("Following changes of keys and projects");
        });
  }

  private static Mono<String> oldestOpen(PostgresqlConnection connection) {
    return connection
        .createStatement(OLDEST_OPEN)
        .execute()
        .flatMap(result -> result.map((row, metadata) -> text(row, "oldest_open")))
        .single();
  }

  private Mono<Void> pollFrom(PostgresqlConnection connection, String oldestOpen) {
    return Mono.delay(properties.pollEvery())
        .then(poll(connection, oldestOpen))
        .expand(answer ->
            Mono.delay(properties.pollEvery()).then(poll(connection, answer.oldestOpen())))
        .then();
  }

  private Mono<PollAnswer> poll(PostgresqlConnection connection, String oldestOpen) {
    return Flux.from(connection.createStatement(POLL).bind("$1", oldestOpen).execute())
        .flatMap(result -> result.map((row, metadata) -> PollAnswer.of(row)))
        .single()
        .timeout(ANSWER_TIMEOUT)
        .doOnNext(answer -> {
          answer.changes().forEach(this::tell);
          told.forgetBefore(answer.oldestOpen());
          confirm();
        });
  }

  private void notified(Notification notification) {
    String told = notification.getParameter();
    if (told == null) {
      return;
    }
    if (notification.getName().equals(RECALL)) {
      listener.calledBack(told);
    } else {
      tell(told);
    }
  }

  /** What was notified is found again by the next poll. */
  private void tell(String change) {
    if (told.add(change)) {
      listener.changed(ToldChanges.targetOf(change));
    }
  }

  private void confirm() {
    confirmedNanos = nanoClock.getAsLong();
    everConfirmed = true;
  }

  private static <T> Flux<T> ended() {
    return Flux.error(() -> new IllegalStateException("the notification stream ended"));
  }

  private void lost(Throwable failure) {
    if (following) {
      following = false;
      log.warn("Changes cannot be followed, connecting again: {}", failure.toString());
    }
  }

  private static String text(Row row, String column) {
    @Nullable String value = row.get(column, String.class);
    if (value == null) {
      throw new IllegalStateException(column + " is null");
    }
    return value;
  }

  private record PollAnswer(String oldestOpen, List<String> changes) {
    static PollAnswer of(Row row) {
      String @Nullable [] changes = row.get("changes", String[].class);
      return new PollAnswer(
          text(row, "oldest_open"), changes == null ? List.of() : List.of(changes));
    }
  }
}
