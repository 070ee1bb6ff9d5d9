package dev.tollgate.gateway.policy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * To which providers one policy document lets a request go: {@code allowed_providers} and {@code
 * force_provider} of {@code permissions.routing}. Each entry is a kind of the catalogue or the name
 * of a service. Both conditions must be met; an empty list allows none.
 */
public final class ProviderRules {

  private final @Nullable Set<String> allowed;
  private final @Nullable String forced;

  private ProviderRules(@Nullable Set<String> allowed, @Nullable String forced) {
    this.allowed = allowed;
    this.forced = forced;
  }

  static ProviderRules of(PolicyNode routing) {
    List<String> allowed = routing.texts("allowed_providers");
    return new ProviderRules(
        allowed == null ? null : Set.copyOf(allowed), routing.text("force_provider"));
  }

  /** Whether a service of this provider kind and this name may answer. */
  public boolean allows(String provider, String service) {
    return (allowed == null || allowed.contains(provider) || allowed.contains(service))
        && (forced == null || forced.equals(provider) || forced.equals(service));
  }
}
