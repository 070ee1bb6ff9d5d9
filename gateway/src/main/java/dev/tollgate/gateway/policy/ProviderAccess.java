package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** Whether a provider passes every document that stands over a request. */
public final class ProviderAccess {

  /** What a request gets for which no other service is left. */
  public static final Rejection NOT_ALLOWED =
      Rejection.of(
          ErrorCode.PROVIDER_NOT_ALLOWED, "No provider that this key may use serves the request.");

  private ProviderAccess() {}

  /** The refusal of a service of this provider kind and name, or null if it may be used. */
  public static @Nullable Rejection refusal(
      AppliedPolicies policies, String provider, String service) {
    return policies.refusal(
        policy -> policy.routing().allows(provider, service) ? null : NOT_ALLOWED);
  }
}
