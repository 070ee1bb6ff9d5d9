package dev.tollgate.gateway.support;

import dev.tollgate.gateway.prices.AnsweredModels;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.PriceBook;
import dev.tollgate.gateway.prices.PriceComponents;
import dev.tollgate.gateway.prices.Prices;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Prices as a test says them. */
public final class InMemoryPrices implements Prices {

  private final List<PriceBook.Entry> entries = new CopyOnWriteArrayList<>();
  private final AnsweredModels answeredModels = new AnsweredModels();

  /**
   * In force at once.
   *
   * @param organizationId null: shipped
   * @param components as the admin API takes them, with single quotes for double ones
   */
  public void put(
      String version,
      @Nullable String organizationId,
      String provider,
      String model,
      String components) {
    PriceComponents read = PriceComponents.parse(components.replace('\'', '"'));
    entries.add(
        new PriceBook.Entry(
            organizationId,
            provider,
            model,
            Instant.now(),
            new ModelPrice(
                version,
                Instant.EPOCH.plusSeconds(entries.size()),
                read.tokens(),
                read.tiers(),
                read.apiece(),
                null,
                null,
                read.reasons(),
                read.serviceTiers())));
  }

  @Override
  public PriceBook book() {
    return new PriceBook(entries);
  }

  @Override
  public AnsweredModels answeredModels() {
    return answeredModels;
  }
}
