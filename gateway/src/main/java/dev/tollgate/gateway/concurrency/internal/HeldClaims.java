package dev.tollgate.gateway.concurrency.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What this gateway's own requests hold. Thread-safe. */
final class HeldClaims {

  private final Map<String, Claim> claims = new HashMap<>();
  private final Map<String, Long> counts = new HashMap<>();

  /**
   * Adds the claim if this gateway stays within its part of every limit.
   *
   * @param part how much of a limit it may use
   */
  synchronized Outcome addWithin(Claim claim, LongUnaryOperator part) {
    Outcome outcome = Outcome.full(full(claim.needs(), part));
    if (outcome.kind() == Outcome.Kind.GRANTED) {
      add(claim);
    }
    return outcome;
  }

  private int full(List<Need> needs, LongUnaryOperator part) {
    int mask = 0;
    for (int i = 0; i < needs.size(); i++) {
      Need need = needs.get(i);
      if (counts.getOrDefault(need.subject(), 0L) >= part.applyAsLong(need.limit())) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** Adds the claim, whatever its limits are. */
  synchronized void add(Claim claim) {
    if (claims.put(claim.id(), claim) == null) {
      claim.needs().forEach(need -> counts.merge(need.subject(), 1L, Long::sum));
    }
  }

  synchronized void remove(Claim claim) {
    Claim held = claims.remove(claim.id());
    if (held != null) {
      held.needs().forEach(need -> counts.computeIfPresent(need.subject(), HeldClaims::less));
    }
  }

  private static @Nullable Long less(String subject, Long count) {
    return count == 1 ? null : count - 1;
  }

  synchronized boolean has(Claim claim) {
    return claims.containsKey(claim.id());
  }

  synchronized List<Claim> all() {
    return List.copyOf(claims.values());
  }

  synchronized int size() {
    return claims.size();
  }
}
