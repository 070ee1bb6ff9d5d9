package dev.tollgate.gateway.concurrency.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** What this gateway's own requests hold. Thread-safe. */
final class HeldClaims {

  private final Map<String, Claim> claims = new HashMap<>();
  private final Map<String, Count> counts = new HashMap<>();

  /** How many permits of one subject are held; above 0. */
  private static final class Count {
    long permits;
  }

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
      Count count = counts.get(need.subject());
      long held = count == null ? 0 : count.permits;
      if (held >= part.applyAsLong(need.limit())) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** Adds the claim, whatever its limits are. */
  synchronized void add(Claim claim) {
    if (claims.put(claim.id(), claim) == null) {
      for (Need need : claim.needs()) {
        counts.computeIfAbsent(need.subject(), subject -> new Count()).permits++;
      }
    }
  }

  synchronized void remove(Claim claim) {
    Claim held = claims.remove(claim.id());
    if (held != null) {
      held.needs().forEach(this::remove);
    }
  }

  private void remove(Need need) {
    Count count = counts.get(need.subject());
    if (count != null && --count.permits == 0) {
      counts.remove(need.subject());
    }
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
