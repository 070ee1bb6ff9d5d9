package dev.tollgate.admin.schema;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** What repositories say often: null parameters, columns that are never null, arrays. */
public final class Rows {

  private Rows() {}

  /** Binds {@code value}, which may be null, as a parameter of {@code type}. */
  public static <T> GenericExecuteSpec bind(
      GenericExecuteSpec statement, String name, @Nullable T value, Class<T> type) {
    return value == null ? statement.bind(name, Parameters.in(type)) : statement.bind(name, value);
  }

  /** A column that is NOT NULL. */
  public static <T> T required(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }

  public static String text(Readable row, String column) {
    return required(row, column, String.class);
  }

  public static Instant instant(Readable row, String column) {
    return required(row, column, Instant.class);
  }

  public static int number(Readable row, String column) {
    return required(row, column, Integer.class);
  }

  /** A column of {@code text[]}; null reads as empty. */
  public static List<String> texts(Readable row, String column) {
    String[] values = row.get(column, String[].class);
    return values == null ? List.of() : List.copyOf(Arrays.asList(values));
  }

  /** A parameter of {@code text[]}. */
  public static String[] array(Collection<String> values) {
    return values.toArray(String[]::new);
  }
}
