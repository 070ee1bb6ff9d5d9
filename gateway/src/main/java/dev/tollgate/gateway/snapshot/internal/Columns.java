package dev.tollgate.gateway.snapshot.internal;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of a {@code gateway_v1} row; a null where the contract has none is an error.
 */
final class Columns {

  private final Readable row;

  Columns(Readable row) {
    this.row = row;
  }

  String text(String column) {
    return required(column, optionalText(column));
  }

  @Nullable String optionalText(String column) {
    return row.get(column, String.class);
  }

  @Nullable Instant instant(String column) {
    return row.get(column, Instant.class);
  }

  boolean flag(String column) {
    return Boolean.TRUE.equals(row.get(column, Boolean.class));
  }

  int number(String column) {
    return required(column, row.get(column, Integer.class));
  }

  byte[] bytes(String column) {
    return required(column, row.get(column, byte[].class));
  }

  List<String> texts(String column) {
    return List.of(required(column, row.get(column, String[].class)));
  }

  @Nullable String optionalJson(String column) {
    Json json = row.get(column, Json.class);
    return json == null ? null : json.asString();
  }

  String json(String column) {
    return required(column, optionalJson(column));
  }

  private static <T> T required(String column, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("gateway_v1 column " + column + " is null");
    }
    return value;
  }
}
