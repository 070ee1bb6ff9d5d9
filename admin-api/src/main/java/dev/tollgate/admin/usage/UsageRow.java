package dev.tollgate.admin.usage;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request, as it is shown.
 *
 * @param timestamp when it began
 * @param keyId null: it came with a project token
 * @param model as it was asked for
 * @param resolvedModel as the provider named it
 * @param status as the client saw it
 * @param outcome completed, failed, cancelled or interrupted
 * @param errorCode why the gateway refused or ended it
 * @param estimated whether the gateway has counted the tokens, since the provider did not tell
 * @param cost US dollars; null: not priced
 * @param attempts how many providers were called
 * @param metadata of the key, at that time
 */
record UsageRow(
    String id,
    Instant timestamp,
    String requestId,
    @Nullable String keyId,
    @Nullable String tokenJti,
    String projectId,
    @Nullable String environment,
    @Nullable String model,
    @Nullable String resolvedModel,
    @Nullable String provider,
    @Nullable String service,
    String operation,
    boolean streamed,
    int status,
    String outcome,
    @Nullable String errorCode,
    Tokens tokens,
    boolean estimated,
    @Nullable BigDecimal cost,
    boolean unpriced,
    long latencyMs,
    @Nullable Long timeToFirstTokenMs,
    int attempts,
    JsonNode metadata) {

  /** As the provider counted; null: it did not say. */
  record Tokens(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cached,
      @Nullable Long reasoning) {}
}
