package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.ModelLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request may take at most, for limiters to judge.
 *
 * @param organizationId of the caller: all subjects of the rules are its own
 * @param rules those over the request that limit anything, from the widest level to the narrowest
 * @param model as requested
 * @param at when the request came: the windows of hour, day and month that it counts in
 * @param priority whether it goes before others where requests wait
 * @param inputTokens counted, or estimated high; 0 where no limit asks
 * @param outputTokens what the answer may have at most, or the first step of one without a maximum
 * @param costMicroUsd of both at the dearest price that may apply; 0 where no limit asks, or where
 *     the request is served for nothing
 * @param lifetime what may be spent in the whole life of a project token; null: no limit
 */
public record Demand(
    String requestId,
    String organizationId,
    List<LimitRules> rules,
    @Nullable String model,
    Instant at,
    boolean priority,
    long inputTokens,
    long outputTokens,
    long costMicroUsd,
    @Nullable Lifetime lifetime) {

  /**
   * What counts the use of the model under another name than the one that it was requested by:
   * subject and name, as in {@code key:key_1 gpt-4o}.
   */
  public List<String> limitsUnderOtherNames() {
    List<String> names = new ArrayList<>(0);
    for (LimitRules each : rules) {
      OfModel own = each.model(model);
      if (own != null && counts(own.limits()) && !own.name().equals(model)) {
        names.add(each.subject() + " " + own.name());
      }
    }
    return names;
  }

  private static boolean counts(ModelLimits limits) {
    return limits.costPerDay() != null || limits.requestsPerDay() != null;
  }

  /** A limit without windows. */
  public record Lifetime(Subject subject, long maxMicroUsd) {}
}
