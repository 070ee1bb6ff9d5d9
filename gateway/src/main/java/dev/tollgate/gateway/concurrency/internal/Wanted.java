package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.ConcurrencyLimits;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * What the policies over a request say that say anything; of several for one subject the
   * strictest.
   */
  static List<Wanted> of(List<LimitRules> rules, ConcurrencyProperties properties) {
    Map<String, Wanted> wanted = LinkedHashMap.newLinkedHashMap(rules.size());
    for (LimitRules rule : rules) {
      Long limit = rule.concurrency().parallel();
      if (limit != null) {
        Wanted one = of(rule.subject(), limit, rule.concurrency(), properties);
        wanted.merge(one.name(), one, (first, other) -> other.limit < first.limit ? other : first);
      }
    }
    return List.copyOf(wanted.values());
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
