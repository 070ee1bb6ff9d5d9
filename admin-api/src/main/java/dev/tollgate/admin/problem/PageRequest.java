package dev.tollgate.admin.problem;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted. Lists are ordered by id, newest first.
 *
 * @param limit 1 to 200
 * @param before the id after which the page starts, exclusive; null: from the newest
 */
public record PageRequest(int limit, @Nullable String before) {

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final Pattern POSITION = Pattern.compile("[a-zA-Z0-9_:.-]{1,200}");

  /**
   * From the query parameters {@code limit} and {@code cursor}.
   *
   * @throws ProblemException 400 {@code invalid_limit} or {@code invalid_cursor}
   */
  public static PageRequest of(@Nullable String limit, @Nullable String cursor) {
    return new PageRequest(parseLimit(limit), cursor == null ? null : decode(cursor));
  }

  /** How many rows to read: one more than wanted, which tells whether there is a next page. */
  public int rowsToRead() {
    return limit + 1;
  }

  /** The page of {@code rows}, of which there are up to {@link #rowsToRead()}. */
  public <T> Page<T> page(List<T> rows, Function<T, String> position) {
    if (rows.size() <= limit) {
      return new Page<>(rows, null);
    }
    List<T> shown = rows.subList(0, limit);
    return new Page<>(shown, encode(position.apply(shown.getLast())));
  }

  /** The page of a whole list, in its own order. */
  public <T> Page<T> pageOf(List<T> all, Function<T, String> position) {
    List<T> rest =
        before == null
            ? all
            : all.stream().dropWhile(row -> !position.apply(row).equals(before)).skip(1).toList();
    return page(rest.stream().limit(rowsToRead()).toList(), position);
  }

  private static int parseLimit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.badParameter(
          "invalid_limit", "limit must be from 1 to " + MAX_LIMIT + ".");
    }
    return limit;
  }

  private static String encode(String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    try {
      String position = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (POSITION.matcher(position).matches()) {
        return position;
      }
    } catch (IllegalArgumentException notBase64) {
      // refused below
    }
    throw ProblemException.badParameter("invalid_cursor", "cursor is not one that a list gave.");
  }
}
