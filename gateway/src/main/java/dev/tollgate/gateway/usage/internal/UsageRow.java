package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A usage row as JSON: an object with the columns of {@code gateway_v1.usage_event}, which the
 * journal keeps and the database reads.
 */
final class UsageRow {

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final int USUAL_SIZE = 1024;

  private UsageRow() {}

  static byte[] of(UsageEvent event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(event, json);
    }
    return bytes.toByteArray();
  }

  /** An array of rows, for the database. */
  static String array(List<byte[]> rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.size() * USUAL_SIZE);
    char before = '[';
    for (byte[] row : rows) {
      bytes.write(before);
      bytes.writeBytes(row);
      before = ',';
    }
    bytes.write(']');
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void write(UsageEvent event, JsonGenerator json) {
    json.writeStartObject();
    text(json, "id", event.id());
    text(json, "started_at", event.startedAt().toString());
    text(json, "finished_at", event.finishedAt().toString());
    text(json, "request_id", event.requestId());
    text(json, "organization_id", event.organizationId());
    text(json, "project_id", event.projectId());
    text(json, "key_id", event.keyId());
    text(json, "team_id", event.teamId());
    text(json, "token_jti", event.tokenId());
    text(json, "environment", event.environment());
    text(json, "service_id", event.serviceId());
    text(json, "service", event.service());
    text(json, "provider", event.provider());
    text(json, "protocol", event.protocol());
    text(json, "operation", event.operation());
    text(json, "model", event.model());
    text(json, "resolved_model", event.resolvedModel());
    json.writeNumberProperty("status", event.status());
    text(json, "outcome", event.outcome().id());
    text(json, "error_code", event.errorCode());
    json.writeBooleanProperty("streamed", event.streamed());
    writeUsage(event.usage(), json);
    json.writeBooleanProperty("estimated", event.estimated());
    json.writeNumberProperty("latency_ms", event.latencyMillis());
    number(json, "time_to_first_token_ms", event.timeToFirstTokenMillis());
    json.writeNumberProperty("attempts", event.attempts());
    writeCharge(event.charge(), json);
    json.writeName("metadata");
    json.writeRawValue(event.metadata());
    json.writeEndObject();
  }

  private static void writeUsage(@Nullable TokenUsage usage, JsonGenerator json) {
    if (usage != null) {
      json.writeNumberProperty("input_tokens", usage.input());
      json.writeNumberProperty("output_tokens", usage.output());
      json.writeNumberProperty("cached_tokens", usage.cached());
      json.writeNumberProperty("reasoning_tokens", usage.reasoning());
      json.writeNumberProperty("cache_write_tokens", usage.cacheWrite());
    }
  }

  private static void writeCharge(@Nullable Charge charge, JsonGenerator json) {
    if (charge != null) {
      json.writeNumberProperty("cost_micro_usd", charge.microUsd());
      text(json, "price_version", charge.priceVersion());
    }
    json.writeBooleanProperty("unpriced", charge == null);
  }

  private static void number(JsonGenerator json, String name, @Nullable Long value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }

  private static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, StorableText.of(value));
    }
  }
}
