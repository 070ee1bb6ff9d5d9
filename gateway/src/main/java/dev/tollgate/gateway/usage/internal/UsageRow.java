package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A usage row as JSON: an object with the columns of {@code gateway_v1.usage_event}, which the
 * journal keeps and the database reads. It is written at the beginning of a request, as it is if
 * nothing more is heard of it, and at its end; what cannot change is written once.
 */
final class UsageRow {

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final int USUAL_SIZE = 1024;

  /** An object, whose end is to be replaced. */
  private final byte[] fixed;

  private UsageRow(byte[] fixed) {
    this.fixed = fixed;
  }

  /** The row of a request that begins. */
  static UsageRow of(UsageEvent event) {
    return new UsageRow(object(json -> writeFixed(event, json)));
  }

  /** The row as it is now. */
  byte[] with(UsageEvent event) {
    byte[] rest = object(json -> writeRest(event, json));
    byte[] row = Arrays.copyOf(fixed, fixed.length + rest.length - 1);
    row[fixed.length - 1] = ',';
    System.arraycopy(rest, 1, row, fixed.length, rest.length - 1);
    return row;
  }

  private static byte[] object(Consumer<JsonGenerator> members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
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

  private static void writeFixed(UsageEvent event, JsonGenerator json) {
    own(json, "id", event.id());
    own(json, "started_at", event.startedAt().toString());
    own(json, "request_id", event.requestId());
    own(json, "organization_id", event.organizationId());
    own(json, "project_id", event.projectId());
    own(json, "key_id", event.keyId());
    own(json, "team_id", event.teamId());
    text(json, "token_jti", event.tokenId());
    text(json, "environment", event.environment());
    own(json, "protocol", event.protocol());
    own(json, "operation", event.operation());
    json.writeName("metadata");
    json.writeRawValue(event.metadata());
  }

  private static void writeRest(UsageEvent event, JsonGenerator json) {
    own(json, "finished_at", event.finishedAt().toString());
    own(json, "service_id", event.serviceId());
    text(json, "service", event.service());
    text(json, "provider", event.provider());
    text(json, "model", event.model());
    text(json, "resolved_model", event.resolvedModel());
    json.writeNumberProperty("status", event.status());
    own(json, "outcome", event.outcome().id());
    own(json, "error_code", event.errorCode());
    json.writeBooleanProperty("streamed", event.streamed());
    writeUsage(event.usage(), json);
    json.writeBooleanProperty("estimated", event.estimated());
    json.writeNumberProperty("latency_ms", event.latencyMillis());
    number(json, "time_to_first_token_ms", event.timeToFirstTokenMillis());
    json.writeNumberProperty("attempts", event.attempts());
    writeCharge(event.charge(), json);
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
      own(json, "price_version", charge.priceVersion());
    }
    json.writeBooleanProperty("unpriced", charge == null);
  }

  private static void number(JsonGenerator json, String name, @Nullable Long value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }

  /** What others may have written. */
  private static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      own(json, name, StorableText.of(value));
    }
  }

  /** What the gateway and the admin API have made or checked. */
  private static void own(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }
}
