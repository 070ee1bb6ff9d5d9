package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** Whether what a request does passes every document that stands over it. */
public final class FeatureAccess {

  private FeatureAccess() {}

  /** The refusal of a request that uses all of {@code used}, or null if it may. */
  public static @Nullable Rejection refusal(AppliedPolicies policies, Features used) {
    return policies.refusal(policy -> {
      Feature forbidden = policy.features().forbidden(used);
      return forbidden == null ? null : refusal(forbidden);
    });
  }

  private static Rejection refusal(Feature feature) {
    return Rejection.of(
        ErrorCode.FEATURE_NOT_ALLOWED,
        "This key may not use the feature %s, or what could be it.".formatted(feature.id()),
        feature.id());
  }
}
