package dev.tollgate.admin.schema;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values of {@code jsonb} columns. */
@Component
public class Jsonb {

  private final JsonMapper mapper;

  Jsonb(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** Any value as a parameter. */
  public Json of(Object value) {
    return Json.of(mapper.writeValueAsBytes(value));
  }

  /** A column that may be null. */
  public @Nullable JsonNode read(Readable row, String column) {
    Json json = row.get(column, Json.class);
    return json == null ? null : mapper.readTree(json.asArray());
  }

  /** A column that may be null, as a value of {@code type}. */
  public <T> @Nullable T read(Readable row, String column, Class<T> type) {
    Json json = row.get(column, Json.class);
    return json == null ? null : mapper.readValue(json.asArray(), type);
  }
}
