package dev.tollgate.gateway.prices;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.pipeline.ServiceTiers;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What models without a price turned out to be when they answered last: deployments and aliases,
 * whose names tell nothing; and, of this gateway alone, at what tier of service models answer
 * requests that leave that to the provider. So that a budget reserves for them from the second call
 * on. Thread-safe.
 */
public final class AnsweredModels {

  private static final int MOST = 10_000;

  /** What is now this and now that, as a router is, is no news each time. */
  private static final long NEWS_AGAIN_AFTER = Duration.ofHours(1).toNanos();

  private final Cache<Asked, Known> answered = Caffeine.newBuilder().maximumSize(MOST).build();
  private final Consumer<Answered> news;
  private final LongSupplier nanoClock;

  private final Cache<Asked, String> tiers = Caffeine.newBuilder().maximumSize(MOST).build();

  /** Whether any model was ever served at another tier than the usual one: nearly nowhere. */
  private volatile boolean anyTier;

  private record Asked(String serviceId, String model) {}

  /**
   * What is known of a model.
   *
   * @param told what others were told last, or have told
   * @param heard whether nothing was seen of it here
   */
  private record Known(String name, String told, long toldAt, boolean heard) {

    Known now(String other) {
      return new Known(other, told, toldAt, false);
    }
  }

  /**
   * A model that answered.
   *
   * @param model as requested
   * @param name as the provider called it
   */
  public record Answered(String serviceId, String model, String name) {}

  /** Known to this gateway alone. */
  public AnsweredModels() {
    this(nobody -> {}, System::nanoTime);
  }

  /**
   * Known to others as well.
   *
   * @param news is told what this gateway has seen first; never waits
   */
  public AnsweredModels(Consumer<Answered> news, LongSupplier nanoClock) {
    this.news = news;
    this.nanoClock = nanoClock;
  }

  /** It has answered here under that name. */
  public void learn(Answered model) {
    long now = nanoClock.getAsLong();
    Asked asked = new Asked(model.serviceId(), model.model());
    Known before = answered.getIfPresent(asked);
    if (before == null || isNews(model, before, now)) {
      answered.put(asked, new Known(model.name(), model.name(), now, false));
      news.accept(model);
    } else if (before.heard() || !before.name().equals(model.name())) {
      answered.put(asked, before.now(model.name()));
    }
  }

  private static boolean isNews(Answered model, Known before, long now) {
    return !before.told().equals(model.name()) && now - before.toldAt() >= NEWS_AGAIN_AFTER;
  }

  /** It has answered elsewhere; what has been seen here holds. */
  public void hear(Answered model) {
    Known heard = new Known(model.name(), model.name(), nanoClock.getAsLong(), true);
    var _ =
        answered
            .asMap()
            .merge(
                new Asked(model.serviceId(), model.model()),
                heard,
                (before, latest) -> before.heard() ? latest : before);
  }

  /** A model of that service was served at a tier that nobody had asked for. */
  void learnTier(String serviceId, String model, String tier) {
    if (!tier.equals(ServiceTiers.STANDARD)) {
      anyTier = true;
      tiers.put(new Asked(serviceId, model), tier);
    } else if (anyTier) {
      tiers.invalidate(new Asked(serviceId, model));
    }
  }

  /** The tier that it is served at where nobody asks for one. */
  String tierOf(String serviceId, @Nullable String model) {
    String tier = anyTier && model != null ? tiers.getIfPresent(new Asked(serviceId, model)) : null;
    return tier == null ? ServiceTiers.STANDARD : tier;
  }

  /** The name that it answered under; null: it has not. */
  public @Nullable String nameOf(String serviceId, String model) {
    Known known = answered.getIfPresent(new Asked(serviceId, model));
    return known == null ? null : known.name();
  }
}
