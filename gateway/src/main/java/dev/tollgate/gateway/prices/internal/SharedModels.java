package dev.tollgate.gateway.prices.internal;

import dev.tollgate.gateway.prices.AnsweredModels;
import dev.tollgate.gateway.prices.AnsweredModels.Answered;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.retry.Retry;

/**
 * Tells other gateways what models without a price turned out to be, and hears of it: by the view
 * {@code gateway_v1.answered_model}, whose changes are told as those of prices are.
 */
final class SharedModels {

  private static final Logger log = LoggerFactory.getLogger(SharedModels.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
  private static final int MOST_TRIES = 60;
  private static final int MOST_WAITING = 256;
  private static final int LONGEST_NAME = 255;

  /** A transaction may become visible so much later than it has begun. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final String LEARN = "SELECT gateway_v1.learn_model($1, $2, $3)";

  private static final String SINCE =
      """
      SELECT service_id, model, answered, learned_at FROM gateway_v1.answered_model
       WHERE learned_at > $1 ORDER BY learned_at DESC LIMIT 10000
      """;

  private final DatabaseClient database;
  private final Sinks.Many<Answered> news = Sinks.many().multicast().directBestEffort();
  private final AnsweredModels known = new AnsweredModels(this::share, System::nanoTime);
  private volatile Instant heardUntil = Instant.EPOCH.plus(LATE);

  SharedModels(DatabaseClient database) {
    this.database = database;
  }

  AnsweredModels known() {
    return known;
  }

  private void share(Answered model) {
    if (isStorable(model.model()) && isStorable(model.name())) {
      news.emitNext(model, (_, result) -> result == EmitResult.FAIL_NON_SERIALIZED);
    }
  }

  private static boolean isStorable(String name) {
    return name.length() <= LONGEST_NAME
        && name.chars().noneMatch(c -> c < ' ' || Character.isSurrogate((char) c));
  }

  /** Tells until it is disposed of; what waits while the database is away is bounded. */
  Disposable tell() {
    return news.asFlux()
        .onBackpressureBuffer(MOST_WAITING, BufferOverflowStrategy.DROP_LATEST)
        .concatMap(this::tell, 0)
        .subscribe();
  }

  private Mono<Void> tell(Answered model) {
    return database
        .sql(LEARN)
        .bind(0, model.serviceId())
        .bind(1, model.model())
        .bind(2, model.name())
        .then()
        .timeout(TIMEOUT)
        .retryWhen(Retry.fixedDelay(MOST_TRIES, AGAIN_AFTER))
        .onErrorResume(failure -> untold(model, failure));
  }

  private static Mono<Void> untold(Answered model, Throwable failure) {
    log.warn("Other gateways are not told what {} is: {}", model.model(), failure.toString());
    return Mono.empty();
  }

  /** Reads what is new since the last time; fails while the database is away. */
  Mono<Void> hear() {
    return Flux.defer(
            () -> database.sql(SINCE).bind(0, heardUntil.minus(LATE)).map(Heard::of).all())
        .collectList()
        .doOnNext(this::hear)
        .then();
  }

  private void hear(List<Heard> newestFirst) {
    newestFirst.forEach(heard -> known.hear(heard.model()));
    if (!newestFirst.isEmpty()) {
      heardUntil = newestFirst.getFirst().at();
    }
  }

  private record Heard(Answered model, Instant at) {

    static Heard of(Readable row) {
      return new Heard(
          new Answered(text(row, "service_id"), text(row, "model"), text(row, "answered")),
          Objects.requireNonNull(row.get("learned_at", Instant.class)));
    }

    private static String text(Readable row, String column) {
      return Objects.requireNonNull(row.get(column, String.class), column);
    }
  }
}
