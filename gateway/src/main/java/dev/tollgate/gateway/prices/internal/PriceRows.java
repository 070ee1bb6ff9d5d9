package dev.tollgate.gateway.prices.internal;

import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.PriceBook;
import dev.tollgate.gateway.prices.PriceBook.Entry;
import dev.tollgate.gateway.prices.PriceComponents;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads the view {@code gateway_v1.price}. */
final class PriceRows {

  private static final Logger log = LoggerFactory.getLogger(PriceRows.class);

  private static final String ALL =
      """
      SELECT price_id, organization_id, provider, model, effective_from, components, max_output_tokens,
             context_tokens, created_at
        FROM gateway_v1.price
      """;

  private final DatabaseClient database;

  PriceRows(DatabaseClient database) {
    this.database = database;
  }

  Mono<PriceBook> book() {
    return database
        .sql(ALL)
        .map(PriceRows::readable)
        .all()
        .<Entry>handle((entry, sink) -> entry.ifPresent(sink::next))
        .collectList()
        .map(PriceBook::new);
  }

  /** One that a newer admin API has written and this gateway cannot read must not hide the rest. */
  private static Optional<Entry> readable(Readable row) {
    String id = text(row, "price_id");
    try {
      return Optional.of(entry(id, row));
    } catch (RuntimeException e) {
      log.warn("Price {} cannot be read and is out of use: {}", id, e.toString());
      return Optional.empty();
    }
  }

  private static Entry entry(String id, Readable row) {
    PriceComponents components =
        PriceComponents.parse(required("components", row.get("components", Json.class)).asString());
    ModelPrice price =
        new ModelPrice(
            id,
            required("effective_from", row.get("effective_from", Instant.class)),
            components.tokens(),
            components.tiers(),
            components.apiece(),
            row.get("max_output_tokens", Long.class),
            row.get("context_tokens", Long.class),
            components.reasons(),
            components.serviceTiers());
    return new Entry(
        row.get("organization_id", String.class),
        text(row, "provider"),
        text(row, "model"),
        required("created_at", row.get("created_at", Instant.class)),
        price);
  }

  private static String text(Readable row, String column) {
    return required(column, row.get(column, String.class));
  }

  private static <T> T required(String column, @Nullable T value) {
    return Objects.requireNonNull(value, column);
  }
}
