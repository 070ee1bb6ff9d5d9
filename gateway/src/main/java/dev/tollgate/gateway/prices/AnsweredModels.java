package dev.tollgate.gateway.prices;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * What models without a price turned out to be when they answered last: deployments and aliases,
 * whose names tell nothing. So that a budget reserves for them from the second call on. Of this
 * gateway alone, and forgotten with it. Thread-safe.
 */
public final class AnsweredModels {

  private static final int MOST = 10_000;

  private final Cache<Asked, String> answered = Caffeine.newBuilder().maximumSize(MOST).build();

  private record Asked(String serviceId, String model) {}

  /** A model of that service has answered under another name. */
  void learn(String serviceId, String model, String name) {
    answered.put(new Asked(serviceId, model), name);
  }

  /** The name that it answered under; null: it has not. */
  @Nullable String nameOf(String serviceId, String model) {
    return answered.getIfPresent(new Asked(serviceId, model));
  }
}
