package dev.tollgate.gateway.support;

import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Usage rows for tests. */
public final class UsageEvents {

  private UsageEvents() {}

  /** With a value in every column, of a request that took a second. */
  public static UsageEvent full(String id, Instant end, @Nullable String resolvedModel) {
    return full(id, end, resolvedModel, "{\"team\":\"blue\"}");
  }

  /** As the other. */
  public static UsageEvent full(
      String id, Instant end, @Nullable String resolvedModel, String metadata) {
    return new UsageEvent(
        id,
        end.minusSeconds(1),
        end,
        "req_1",
        "org_1",
        "prj_1",
        "key_1",
        "team_1",
        "jti_1",
        "production",
        "svc_1",
        "service",
        "openai",
        "openai",
        "chat_completion",
        "gpt-4o",
        resolvedModel,
        200,
        Outcome.COMPLETED,
        "code",
        true,
        new TokenUsage(1, 2, 3, 4, 5),
        true,
        1000L,
        100L,
        2,
        new Charge(1_234_567, "prc_1"),
        metadata,
        List.of());
  }

  /** With nothing in any column that may be empty. */
  public static UsageEvent bare(String id, Instant end, Outcome outcome) {
    return new UsageEvent(
        id, end, end, "req_1", "org_1", "prj_1", null, null, null, null, null, null, null, "openai",
        "files", null, null, 499, outcome, null, false, null, false, 0L, null, 1, null, "{}",
        List.of());
  }
}
