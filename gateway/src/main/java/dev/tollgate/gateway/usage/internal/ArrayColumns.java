package dev.tollgate.gateway.usage.internal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Binds the rows of a statement that unnests them: one array a column, one after the other. */
final class ArrayColumns<T> {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final List<T> rows;
  private DatabaseClient.GenericExecuteSpec statement;
  private int column;

  ArrayColumns(DatabaseClient.GenericExecuteSpec statement, List<T> rows) {
    this.statement = statement;
    this.rows = rows;
  }

  <C> ArrayColumns<T> column(IntFunction<@Nullable C[]> array, Function<T, @Nullable C> value) {
    @Nullable C[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    statement = statement.bind(column++, values);
    return this;
  }

  ArrayColumns<T> text(Function<T, @Nullable String> value) {
    return column(String[]::new, row -> storable(value.apply(row)));
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : StorableText.of(text);
  }

  /** An object of texts and numbers, without the members that are null; empty as null. */
  ArrayColumns<T> json(Function<T, Map<String, @Nullable Object>> value) {
    return column(String[]::new, row -> json(value.apply(row)));
  }

  private static @Nullable String json(Map<String, @Nullable Object> members) {
    if (members.isEmpty()) {
      return null;
    }
    var object = JSON.createObjectNode();
    members.forEach((name, value) -> {
      if (value instanceof String text) {
        object.put(name, storable(text));
      } else if (value != null) {
        object.putPOJO(name, value);
      }
    });
    return object.toString();
  }

  ArrayColumns<T> time(Function<T, Instant> value) {
    return column(
        OffsetDateTime[]::new, row -> OffsetDateTime.ofInstant(value.apply(row), ZoneOffset.UTC));
  }

  Mono<Void> execute() {
    return statement.then();
  }
}
