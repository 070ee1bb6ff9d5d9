package dev.tollgate.admin.usage;

import dev.tollgate.admin.document.Rfc3339;
import dev.tollgate.admin.problem.ProblemException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which rows are wanted; null means all.
 *
 * @param from the earliest beginning, inclusive
 * @param to the latest beginning, exclusive
 * @param model as asked for, or as the provider named it
 */
record UsageFilter(
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String model,
    @Nullable StatusRange status) {

  private static final Pattern MODEL = Pattern.compile("\\P{Cntrl}{1,256}");
  private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");

  /** Statuses from the lowest to the highest, both inclusive. */
  record StatusRange(int lowest, int highest) {}

  /**
   * From the query: {@code from} and {@code to} (RFC 3339), {@code model}, {@code status} ({@code
   * 429} or {@code 4xx}).
   *
   * @throws ProblemException 400 for a value that is none
   */
  static UsageFilter of(MultiValueMap<String, String> query) {
    return new UsageFilter(
        time(query, "from"), time(query, "to"), model(query), status(query.getFirst("status")));
  }

  private static @Nullable Instant time(MultiValueMap<String, String> query, String name) {
    String text = query.getFirst(name);
    return text == null ? null : Rfc3339.parse(text).orElseThrow(() -> invalid(name));
  }

  private static @Nullable String model(MultiValueMap<String, String> query) {
    String model = query.getFirst("model");
    if (model != null && !MODEL.matcher(model).matches()) {
      throw invalid("model");
    }
    return model;
  }

  private static @Nullable StatusRange status(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!STATUS.matcher(text).matches()) {
      throw invalid("status");
    }
    return new StatusRange(
        Integer.parseInt(text.replace('x', '0')), Integer.parseInt(text.replace('x', '9')));
  }

  private static ProblemException invalid(String name) {
    return ProblemException.badParameter(
        "invalid_parameter", "The parameter " + name + " cannot be read.");
  }
}
