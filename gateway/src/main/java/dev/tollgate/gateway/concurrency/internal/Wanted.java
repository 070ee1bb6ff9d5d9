package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.ConcurrencyLimits;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one policy says of requests at once.
 *
 * @param subject whose they are
 * @param name the subject's in one word
 * @param limit how many may be on their way
 * @param queued how many may wait
 * @param patience how long each of them
 */
record Wanted(Subject subject, String name, long limit, long queued, Duration patience) {

  /** What one policy says; empty: nothing. */
  static Optional<Wanted> of(LimitRules rules, ConcurrencyProperties properties) {
    Long limit = rules.concurrency().parallel();
    return limit == null
        ? Optional.empty()
        : Optional.of(of(rules.subject(), limit, rules.concurrency(), properties));
  }

  /** Adds it; of several for one subject the strictest is wanted. */
  void addTo(List<Wanted> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i).name.equals(name)) {
        wanted.set(i, limit < wanted.get(i).limit ? this : wanted.get(i));
        return;
      }
    }
    wanted.add(this);
  }

  private static Wanted of(
      Subject subject, long limit, ConcurrencyLimits limits, ConcurrencyProperties properties) {
    Long queued = limits.queued();
    return new Wanted(
        subject,
        subject.toString(),
        limit,
        queued == null ? 0 : queued,
        properties.wait(limits.queueWait()));
  }
}
