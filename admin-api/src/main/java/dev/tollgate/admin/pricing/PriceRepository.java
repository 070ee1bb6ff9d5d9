package dev.tollgate.admin.pricing;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.price}: inserted, read, and deleted before they are in force. */
@Component
class PriceRepository {

  private static final String INSERT =
      """
      INSERT INTO tollgate.price (id, organization_id, provider, model, effective_from, components, max_output_tokens,
        context_tokens, source, source_date, created_by)
      VALUES (:id, :organization, :provider, :model, coalesce(:effectiveFrom, now()), :components, :maxOutput,
        :context, :source, :sourceDate, :by)
      ON CONFLICT DO NOTHING RETURNING *\
      """;
  private static final String INSERT_SHIPPED =
      """
      INSERT INTO tollgate.price (id, provider, model, effective_from, components, max_output_tokens, context_tokens,
        source, source_date, created_by)
      SELECT id, provider, model, effective_from, components, max_output_tokens, context_tokens, source, source_date,
        'catalogue'
        FROM jsonb_to_recordset(:prices) AS shipped (id text, provider text, model text, effective_from timestamptz,
          components jsonb, max_output_tokens bigint, context_tokens bigint, source text, source_date date)
      ON CONFLICT DO NOTHING\
      """;
  private static final String LIST =
      """
      SELECT * FROM tollgate.price p
       WHERE (:visible::text IS NULL OR p.organization_id IS NULL OR p.organization_id = :visible)
         AND (:organization::text IS NULL OR p.organization_id = :organization)
         AND (:provider::text IS NULL OR p.provider = :provider)
         AND (:model::text IS NULL OR p.model = :model
              OR (right(p.model, 1) = '*' AND p.model <> '*' AND starts_with(:model, left(p.model, -1))))
         AND (:at::timestamptz IS NULL OR p.effective_from <= :at AND NOT EXISTS (
               SELECT FROM tollgate.price later
                WHERE later.provider = p.provider AND later.model = p.model
                  AND later.organization_id IS NOT DISTINCT FROM p.organization_id
                  AND later.effective_from <= :at
                  AND (later.effective_from, later.created_at, later.id) > (p.effective_from, p.created_at, p.id)))
         AND (:before::text IS NULL OR p.id < :before)
       ORDER BY p.id DESC LIMIT :rows
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  PriceRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /**
   * Empty if it is there, or if the organization has one for the same model from the same time on.
   *
   * @param organizationId null: shipped
   */
  Mono<Price> insert(String id, @Nullable String organizationId, NewPrice price, String createdBy) {
    return Rows.bind(bound(id, price, createdBy), "organization", organizationId, String.class)
        .map(this::price)
        .one();
  }

  private GenericExecuteSpec bound(String id, NewPrice price, String createdBy) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT)
            .bind("id", id)
            .bind("provider", price.provider())
            .bind("model", price.model())
            .bind("components", jsonb.of(price.components()))
            .bind("by", createdBy);
    statement = Rows.bind(statement, "effectiveFrom", price.effectiveFrom(), Instant.class);
    statement = Rows.bind(statement, "maxOutput", price.maxOutputTokens(), Long.class);
    statement = Rows.bind(statement, "context", price.contextTokens(), Long.class);
    statement = Rows.bind(statement, "source", price.source(), String.class);
    return Rows.bind(statement, "sourceDate", price.sourceDate(), LocalDate.class);
  }

  /** All by one statement, but those that are there. */
  Mono<Void> insert(List<ShippedPrice> prices) {
    return database
        .sql(INSERT_SHIPPED)
        .bind("prices", jsonb.of(prices.stream().map(ShippedPrice::row).toList()))
        .then();
  }

  Mono<Price> find(String id) {
    return database
        .sql("SELECT * FROM tollgate.price WHERE id = :id")
        .bind("id", id)
        .map(this::price)
        .one();
  }

  Mono<Set<String>> shippedIds() {
    return database
        .sql("SELECT id FROM tollgate.price WHERE organization_id IS NULL")
        .map(row -> Rows.text(row, "id"))
        .all()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A page, the newest ids first. */
  Flux<Price> list(PriceFilter filter, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "visible", filter.visible(), String.class);
    statement = Rows.bind(statement, "organization", filter.organizationId(), String.class);
    statement = Rows.bind(statement, "provider", filter.provider(), String.class);
    statement = Rows.bind(statement, "model", filter.model(), String.class);
    statement = Rows.bind(statement, "at", filter.at(), Instant.class);
    return Rows.bind(statement, "before", page.before(), String.class).map(this::price).all();
  }

  /** Whether it was deleted: one that is in force by the database's clock is not. */
  Mono<Boolean> deleteBeforeItsTime(String id) {
    return database
        .sql("DELETE FROM tollgate.price WHERE id = :id AND effective_from > now()")
        .bind("id", id)
        .fetch()
        .rowsUpdated()
        .map(deleted -> deleted == 1);
  }

  private Price price(Readable row) {
    return new Price(
        Rows.text(row, "id"),
        row.get("organization_id", String.class),
        Rows.text(row, "provider"),
        Rows.text(row, "model"),
        Rows.instant(row, "effective_from"),
        Objects.requireNonNull(jsonb.read(row, "components")),
        row.get("max_output_tokens", Long.class),
        row.get("context_tokens", Long.class),
        row.get("source", String.class),
        row.get("source_date", LocalDate.class),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        1);
  }
}
