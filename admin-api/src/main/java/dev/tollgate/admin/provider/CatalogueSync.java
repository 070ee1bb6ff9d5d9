package dev.tollgate.admin.provider;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes the catalogue to its table at start, after the migrations and before the first request:
 * the gateway reads it there, and credentials and services refer to it.
 */
@Component
class CatalogueSync implements SmartLifecycle {

  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** An entry that is as it was is not touched: each change wakes the gateways. */
  private static final String UPSERT =
      """
      INSERT INTO tollgate.provider_kind AS k (name, protocols, auth, definition)
      VALUES (:name, :protocols, :auth, :definition)
      ON CONFLICT (name) DO UPDATE SET protocols = excluded.protocols, auth = excluded.auth,
        definition = excluded.definition, updated_at = now()
      WHERE (k.protocols, k.auth, k.definition)
        IS DISTINCT FROM (excluded.protocols, excluded.auth, excluded.definition)\
      """;

  private final ProviderCatalogue catalogue;
  private final DatabaseClient database;
  private final Transactions transactions;
  private final Jsonb jsonb;
  private volatile boolean running;

  CatalogueSync(
      ProviderCatalogue catalogue,
      DatabaseClient database,
      Transactions transactions,
      Jsonb jsonb) {
    this.catalogue = catalogue;
    this.database = database;
    this.transactions = transactions;
    this.jsonb = jsonb;
  }

  @Override
  public void start() {
    transactions
        .inOne(Flux.fromIterable(catalogue.all()).concatMap(this::upsert).then())
        // A database or a machine that is only slow must not fail the start.
        .retryWhen(Retry.fixedDelay(LONGEST.toSeconds(), Duration.ofSeconds(1)))
        .block(LONGEST);
    running = true;
  }

  private Mono<Void> upsert(ProviderKind kind) {
    return database
        .sql(UPSERT)
        .bind("name", kind.name())
        .bind("protocols", Rows.array(kind.protocols()))
        .bind("auth", jsonb.of(kind.authMethods().getFirst().auth()))
        .bind("definition", jsonb.of(kind))
        .then();
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return 0;
  }
}
