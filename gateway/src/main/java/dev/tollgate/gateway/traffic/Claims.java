package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Quota.Unit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.policy.LimitRules;
import java.util.ArrayList;
import java.util.List;

/** Which limits stand over a request, and how much it takes of each. */
final class Claims {

  /** As many as one request has where each of four documents sets every limit. */
  private static final int MANY = 32;

  private Claims() {}

  /** All that a request takes at first; of one subject beside each other. */
  static List<Claim> of(Demand demand) {
    List<Claim> claims = new ArrayList<>(MANY);
    for (LimitRules rules : demand.rules()) {
      DocumentLimits limits = DocumentLimits.of(rules);
      for (TrafficLimit limit : limits.always()) {
        claims.add(first(limit, demand));
      }
      TrafficLimit ofModel = limits.of(rules.model(demand.model()));
      if (ofModel != null) {
        claims.add(first(ofModel, demand));
      }
    }
    return claims;
  }

  private static Claim first(TrafficLimit limit, Demand demand) {
    return claim(limit, 1, demand.inputTokens(), demand.outputTokens());
  }

  /** What a longer answer takes of the limits that its first claims were of. */
  static List<Claim> ofMore(List<Claim> first, Spent more) {
    List<Claim> claims = new ArrayList<>();
    for (Claim one : first) {
      Claim claim = claim(one.limit(), 0, more.inputTokens(), more.outputTokens());
      if (claim.amount() > 0) {
        claims.add(claim);
      }
    }
    return claims;
  }

  /** Those that are not of the request itself. */
  static List<Claim> ofTokens(List<Claim> first) {
    return first.stream().filter(one -> one.limit().kind().unit() != Unit.REQUESTS).toList();
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
}
