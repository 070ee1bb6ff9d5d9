package dev.tollgate.gateway.usage;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request that reached a provider, as it is stored. Column for column the view {@code
 * gateway_v1.usage_event}.
 *
 * @param id of the event; storing it twice stores it once
 * @param model as requested
 * @param resolvedModel as the provider named it in its answer
 * @param status as the client saw it; 499 if it went away before there was one
 * @param teamId the team of a team's key
 * @param usage absent where neither the provider said nor anything was counted
 * @param estimated whether {@code usage}, or a part of it, is our own count, since the provider
 *     never said
 * @param timeToFirstTokenMillis from the request's head to the first byte of the answer's body
 * @param charge what it costs; absent where that is not known
 * @param metadata a JSON object
 * @param alsoCountsIn limits of models that count it under other names than {@code model}: {@code
 *     key:key_1 gpt-4o}
 */
public record UsageEvent(
    String id,
    Instant startedAt,
    Instant finishedAt,
    String requestId,
    String organizationId,
    String projectId,
    @Nullable String keyId,
    @Nullable String teamId,
    @Nullable String tokenId,
    @Nullable String environment,
    @Nullable String serviceId,
    @Nullable String service,
    @Nullable String provider,
    String protocol,
    String operation,
    @Nullable String model,
    @Nullable String resolvedModel,
    int status,
    Outcome outcome,
    @Nullable String errorCode,
    boolean streamed,
    @Nullable TokenUsage usage,
    boolean estimated,
    long latencyMillis,
    @Nullable Long timeToFirstTokenMillis,
    int attempts,
    @Nullable Charge charge,
    String metadata,
    List<String> alsoCountsIn) {

  /** How the request ended. */
  public enum Outcome {
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELLED("cancelled"),
    /** The gateway was killed, or the request is still on its way. */
    INTERRUPTED("interrupted");

    private final String id;

    Outcome(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }
}
