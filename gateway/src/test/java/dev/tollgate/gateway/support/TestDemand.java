package dev.tollgate.gateway.support;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.policy.LimitRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request asks for, as a test describes it. Immutable: every method returns another one. */
public record TestDemand(
    String organizationId,
    List<LimitRules> rules,
    @Nullable String model,
    Instant at,
    boolean priority,
    long inputTokens,
    long outputTokens,
    long costMicroUsd) {

  /** Of nothing but to be let through these. */
  public static TestDemand under(List<LimitRules> rules) {
    return new TestDemand("org_1", rules, "m", Instant.EPOCH, false, 0, 0, 0);
  }

  public TestDemand of(String organization) {
    return new TestDemand(
        organization, rules, model, at, priority, inputTokens, outputTokens, costMicroUsd);
  }

  public TestDemand model(@Nullable String requested) {
    return new TestDemand(
        organizationId, rules, requested, at, priority, inputTokens, outputTokens, costMicroUsd);
  }

  public TestDemand at(Instant time) {
    return new TestDemand(
        organizationId, rules, model, time, priority, inputTokens, outputTokens, costMicroUsd);
  }

  public TestDemand priority(boolean first) {
    return new TestDemand(
        organizationId, rules, model, at, first, inputTokens, outputTokens, costMicroUsd);
  }

  public TestDemand tokens(long input, long output) {
    return new TestDemand(organizationId, rules, model, at, priority, input, output, costMicroUsd);
  }

  public TestDemand cost(long microUsd) {
    return new TestDemand(
        organizationId, rules, model, at, priority, inputTokens, outputTokens, microUsd);
  }

  public Demand demand() {
    return new Demand(
        "req_1",
        organizationId,
        rules,
        model,
        at,
        priority,
        inputTokens,
        outputTokens,
        costMicroUsd,
        null);
  }
}
