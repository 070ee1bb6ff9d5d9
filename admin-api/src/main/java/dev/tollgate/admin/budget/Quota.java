package dev.tollgate.admin.budget;

import dev.tollgate.admin.budget.AllowanceRepository.Counted;
import dev.tollgate.admin.budget.AllowanceRepository.Used;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How many requests or tokens somebody may use in a time.
 *
 * @param model of this one; null: of all together
 * @param limit how many at once, where a bucket refills all the time
 * @param refill in how many seconds the bucket of {@code per_second} is full again; 0 of others
 */
record Quota(Holder holder, @Nullable String model, Kind kind, long limit, double refill) {

  private static final double LONGEST_REFILL = 60;

  /** As they stand in a policy. */
  enum Kind {
    PER_SECOND("requests", "per_second", true, Used::recent),
    PER_MINUTE("requests", "per_minute", true, Used::minute),
    PER_HOUR("requests", "per_hour", false, Used::hour),
    PER_DAY("requests", "per_day", false, Used::day),
    INPUT_PER_MINUTE("tokens", "input_per_minute", true, Used::inputOfMinute),
    OUTPUT_PER_MINUTE("tokens", "output_per_minute", true, Used::outputOfMinute),
    TOTAL_PER_DAY("tokens", "total_per_day", false, Used::tokensOfDay),
    OF_MODEL("models", "max_requests_per_day", false, Used::day);

    private final String block;
    private final String field;
    private final boolean recent;

    @SuppressWarnings("ImmutableEnumChecker") // a method of a record
    private final ToLongFunction<Used> used;

    Kind(String block, String field, boolean recent, ToLongFunction<Used> used) {
      this.block = block;
      this.field = field;
      this.recent = recent;
      this.used = used;
    }

    String block() {
      return block;
    }

    String field() {
      return field;
    }
  }

  /** All that a policy has. */
  static List<Quota> of(Holder holder, JsonNode policy) {
    List<Quota> quotas = new ArrayList<>();
    JsonNode limits = policy.path("rate_limits");
    for (Kind kind : Kind.values()) {
      JsonNode limit = limits.path(kind.block()).path(kind.field());
      if (limit.isIntegralNumber()) {
        quotas.add(of(holder, kind, limit.longValue(), limits.path("requests")));
      }
    }
    policy
        .path("permissions")
        .path("models")
        .path("limits")
        .forEachEntry((model, ofModel) -> {
          JsonNode limit = ofModel.path(Kind.OF_MODEL.field());
          if (limit.isIntegralNumber()) {
            quotas.add(new Quota(holder, model, Kind.OF_MODEL, limit.longValue(), 0));
          }
        });
    return quotas;
  }

  private static Quota of(Holder holder, Kind kind, long limit, JsonNode requests) {
    if (kind != Kind.PER_SECOND || limit == 0) {
      return new Quota(holder, null, kind, limit, 0);
    }
    long burst = requests.path("burst_size").asLong(limit);
    return new Quota(holder, null, kind, burst, Math.min(LONGEST_REFILL, (double) burst / limit));
  }

  Counted counted() {
    return new Counted(holder, model);
  }

  /** Whether rows of the last minute have to be read. */
  boolean isOfAMinuteOrLess() {
    return kind.recent;
  }

  /** What is left, never less than nothing. */
  long left(Used used) {
    return Math.max(0, limit - kind.used.applyAsLong(used));
  }
}
