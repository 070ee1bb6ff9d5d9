package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** Whether a request may come from where it comes from, by every document that stands over it. */
public final class NetworkAccess {

  private NetworkAccess() {}

  /** Whether any document asks for the country of an address. */
  public static boolean nameCountries(AppliedPolicies policies) {
    for (CompiledPolicy document : policies.documents()) {
      if (document.network().nameCountries()) {
        return true;
      }
    }
    return false;
  }

  /** The first refusal; null if all of {@code policies} let the request in. */
  public static @Nullable Rejection refusal(AppliedPolicies policies, RequestOrigin request) {
    return policies.refusal(document -> {
      Rejection refusal = document.network().refusal(request);
      return refusal != null ? refusal : document.domains().refusal(request);
    });
  }
}
