package dev.tollgate.admin.pricing;

import dev.tollgate.admin.schema.Transactions;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes the catalogue to its table at start, after the migrations and before the first request.
 * Rows that are there stay as they are, also those of earlier versions: usage names them.
 */
@Component
class PriceCatalogueSync implements SmartLifecycle {

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final PriceCatalogue catalogue;
  private final PriceRepository repository;
  private final Transactions transactions;
  private volatile boolean running;

  PriceCatalogueSync(
      PriceCatalogue catalogue, PriceRepository repository, Transactions transactions) {
    this.catalogue = catalogue;
    this.repository = repository;
    this.transactions = transactions;
  }

  @Override
  public void start() {
    transactions
        .inOne(writeAll())
        // A database or a machine that is only slow must not fail the start.
        .retryWhen(Retry.fixedDelay(LONGEST.toSeconds(), Duration.ofSeconds(1)))
        .block(LONGEST);
    running = true;
  }

  private Mono<Void> writeAll() {
    return repository
        .shippedIds()
        .map(known ->
            catalogue.all().stream().filter(shipped -> !known.contains(shipped.id())).toList())
        .filter(missing -> !missing.isEmpty())
        .flatMap(repository::insert);
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
