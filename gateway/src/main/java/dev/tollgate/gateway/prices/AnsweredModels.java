package dev.tollgate.gateway.prices;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.pipeline.ServiceTiers;
import org.jspecify.annotations.Nullable;

/**
 * What models without a price turned out to be when they answered last: deployments and aliases,
 * whose names tell nothing; and at what tier of service models answer requests that leave that to
 * the provider. So that a budget reserves for them from the second call on. Of this gateway alone,
 * and forgotten with it. Thread-safe.
 */
public final class AnsweredModels {

  private static final int MOST = 10_000;

  private final Cache<Asked, String> answered = Caffeine.newBuilder().maximumSize(MOST).build();

  private final Cache<Asked, String> tiers = Caffeine.newBuilder().maximumSize(MOST).build();

  /** Whether any model was ever served at another tier than the usual one: nearly nowhere. */
  private volatile boolean anyTier;

  private record Asked(String serviceId, String model) {}

  /** A model of that service has answered under another name. */
  void learn(String serviceId, String model, String name) {
    answered.put(new Asked(serviceId, model), name);
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
  @Nullable String nameOf(String serviceId, String model) {
    return answered.getIfPresent(new Asked(serviceId, model));
  }
}
