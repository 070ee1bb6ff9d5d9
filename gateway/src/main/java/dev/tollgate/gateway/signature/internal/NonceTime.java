package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.SignatureRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long a nonce must be remembered: as long as its request could be sent once more. */
final class NonceTime {

  /** Clocks of replicas differ; a nonce must not be forgotten by one before the other. */
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(60);

  private NonceTime() {}

  /**
   * How far its timestamp may lie from now wherever the caller may send the request. The project is
   * not signed: a request to one can be replayed to another, which may take older ones.
   *
   * @param here what the policies over this request ask for
   */
  static Duration longestAge(Caller caller, SignatureRules here) {
    if (caller.projectIds().size() == 1) {
      return here.maxAge();
    }
    SignatureRules own = AppliedPolicies.of(List.of(), caller.policies()).signature();
    Duration anywhere = own.required() ? own.maxAge() : SignatureRules.LONGEST_AGE;
    return anywhere.compareTo(here.maxAge()) >= 0 ? anywhere : here.maxAge();
  }

  /**
   * From now on.
   *
   * @param timestamp seconds since 1970, not further from now than {@code longestAge}; a request
   *     without one is taken as if it were just as far ahead
   */
  static Duration remembered(@Nullable String timestamp, Duration longestAge, Instant now) {
    Duration ahead =
        timestamp == null
            ? longestAge
            : Duration.ofSeconds(Long.parseLong(timestamp) - now.getEpochSecond());
    return ahead.plus(longestAge).plus(CLOCKS_DIFFER_BY);
  }
}
