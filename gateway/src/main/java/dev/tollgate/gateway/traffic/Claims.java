package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.RequestLimits;
import dev.tollgate.gateway.policy.LimitRules.TokenLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import dev.tollgate.gateway.policy.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which limits stand over a request, and how much it takes of each. */
final class Claims {

  private Claims() {}

  /** All that a request takes at first. */
  static List<Claim> of(Demand demand) {
    List<Claim> claims = new ArrayList<>();
    for (LimitRules rules : demand.rules()) {
      // Who is nobody cannot be counted.
      if (rules.subject().kind() != Subject.Kind.NOBODY) {
        limits(rules, demand.model())
            .forEach(
                limit -> claims.add(claim(limit, 1, demand.inputTokens(), demand.outputTokens())));
      }
    }
    return claims;
  }

  /** What a longer answer takes of the same limits. */
  static List<Claim> ofMore(List<TrafficLimit> limits, long outputTokens) {
    return limits.stream()
        .map(limit -> claim(limit, 0, 0, outputTokens))
        .filter(claim -> claim.amount() > 0)
        .toList();
  }

  /** What it has taken of a limit when it is over. */
  static long taken(LimitKind kind, Spent spent) {
    return switch (kind.unit()) {
      case REQUESTS -> 1;
      case INPUT_TOKENS -> spent.inputTokens();
      case OUTPUT_TOKENS -> spent.outputTokens();
      case TOKENS -> sum(spent.inputTokens(), spent.outputTokens());
    };
  }

  /**
   * Output is wanted rather than known: an answer that may be longer than the limit takes all that
   * the limit has, but something at least.
   */
  private static Claim claim(TrafficLimit limit, long requests, long input, long output) {
    long capacity = limit.capacity();
    long amount =
        switch (limit.kind().unit()) {
          case REQUESTS -> requests;
          case INPUT_TOKENS -> input;
          case OUTPUT_TOKENS -> within(output, capacity);
          case TOKENS -> sum(input, within(output, capacity - input));
        };
    long least =
        switch (limit.kind().unit()) {
          case REQUESTS, INPUT_TOKENS -> amount;
          case OUTPUT_TOKENS -> Math.min(amount, 1);
          case TOKENS -> Math.min(amount, sum(input, Math.min(output, 1)));
        };
    return new Claim(limit, amount, least);
  }

  private static long within(long output, long room) {
    return output == 0 ? 0 : Math.min(output, Math.max(1, room));
  }

  private static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static List<TrafficLimit> limits(LimitRules rules, @Nullable String model) {
    List<TrafficLimit> limits = new ArrayList<>();
    CounterKey all = new CounterKey(rules.subject(), null);
    addRequests(limits, all, rules.requests());
    addTokens(limits, all, rules.tokens());
    OfModel ofModel = rules.model(model);
    if (ofModel != null) {
      CounterKey one = new CounterKey(rules.subject(), ofModel.name());
      add(limits, one, LimitKind.MODEL_REQUESTS_PER_DAY, ofModel.limits().requestsPerDay());
    }
    return limits;
  }

  private static void addRequests(List<TrafficLimit> to, CounterKey key, RequestLimits limits) {
    Long perSecond = limits.perSecond();
    if (perSecond != null) {
      Long burst = limits.burst();
      long capacity = burst == null || perSecond == 0 ? perSecond : burst;
      to.add(new TrafficLimit(key, LimitKind.REQUESTS_PER_SECOND, capacity, perSecond));
    }
    add(to, key, LimitKind.REQUESTS_PER_MINUTE, limits.perMinute());
    add(to, key, LimitKind.REQUESTS_PER_HOUR, limits.perHour());
    add(to, key, LimitKind.REQUESTS_PER_DAY, limits.perDay());
  }

  private static void addTokens(List<TrafficLimit> to, CounterKey key, TokenLimits limits) {
    add(to, key, LimitKind.INPUT_TOKENS_PER_MINUTE, limits.inputPerMinute());
    add(to, key, LimitKind.OUTPUT_TOKENS_PER_MINUTE, limits.outputPerMinute());
    add(to, key, LimitKind.TOKENS_PER_DAY, limits.totalPerDay());
  }

  private static void add(
      List<TrafficLimit> to, CounterKey key, LimitKind kind, @Nullable Long limit) {
    if (limit != null) {
      to.add(TrafficLimit.of(key, kind, limit));
    }
  }
}
