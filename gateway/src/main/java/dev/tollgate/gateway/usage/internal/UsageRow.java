package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * A usage row as JSON: an object with the columns of {@code gateway_v1.usage_event}, which the
 * journal keeps and the database reads. It is written at the beginning of a request, as it is if
 * nothing more is heard of it, and at its end; what cannot change is written once.
 */
final class UsageRow {

  private static final byte[] END = {'}'};

  /** A row is written from its beginning to its end by one thread, which writes no other then. */
  private static final FastThreadLocal<JsonMembers> WRITER =
      new FastThreadLocal<>() {
        @Override
        protected JsonMembers initialValue() {
          return new JsonMembers();
        }
      };

  private final byte[] first;

  /** How much of {@link #first} cannot change, bytes. */
  private final int fixed;

  private UsageRow(byte[] first, int fixed) {
    this.first = first;
    this.fixed = fixed;
  }

  /** The row of a request that begins. */
  static UsageRow of(UsageEvent event) {
    JsonMembers members =
        WRITER
            .get()
            .clear()
            .text("id", event.id())
            .time("started_at", event.startedAt())
            .text("request_id", event.requestId())
            .text("organization_id", event.organizationId())
            .text("project_id", event.projectId())
            .text("key_id", event.keyId())
            .text("team_id", event.teamId())
            .text("token_jti", storable(event.tokenId()))
            .text("environment", storable(event.environment()))
            .text("protocol", event.protocol())
            .text("operation", event.operation())
            .json("metadata", event.metadata())
            .texts("also_counts_in", event.alsoCountsIn());
    int fixed = members.length();
    return new UsageRow(whole(members, event), fixed);
  }

  /** The row as it was at the beginning. */
  byte[] first() {
    return first;
  }

  /** The row as it is now. */
  byte[] with(UsageEvent event) {
    return whole(WRITER.get().clear().raw(first, fixed), event);
  }

  private static byte[] whole(JsonMembers members, UsageEvent event) {
    members
        .time("finished_at", event.finishedAt())
        .text("service_id", event.serviceId())
        .text("service", storable(event.service()))
        .text("provider", storable(event.provider()))
        .text("model", storable(event.model()))
        .text("resolved_model", storable(event.resolvedModel()))
        .number("status", event.status())
        .text("outcome", event.outcome().id())
        .text("error_code", event.errorCode())
        .bool("streamed", event.streamed());
    addUsage(members, event.usage());
    members
        .bool("estimated", event.estimated())
        .number("latency_ms", event.latencyMillis())
        .number("time_to_first_token_ms", event.timeToFirstTokenMillis())
        .number("attempts", event.attempts());
    addCharge(members, event.charge());
    byte[] row = members.raw(END).toByteArray();
    row[0] = '{';
    return row;
  }

  private static void addUsage(JsonMembers members, @Nullable TokenUsage usage) {
    if (usage != null) {
      members
          .number("input_tokens", usage.input())
          .number("output_tokens", usage.output())
          .number("cached_tokens", usage.cached())
          .number("reasoning_tokens", usage.reasoning())
          .number("cache_write_tokens", usage.cacheWrite());
    }
  }

  private static void addCharge(JsonMembers members, @Nullable Charge charge) {
    if (charge != null) {
      members
          .number("cost_micro_usd", charge.microUsd())
          .text("price_version", charge.priceVersion());
    }
    members.bool("unpriced", charge == null);
  }

  /** What others may have written. */
  private static @Nullable String storable(@Nullable String value) {
    return value == null ? null : StorableText.of(value);
  }
}
