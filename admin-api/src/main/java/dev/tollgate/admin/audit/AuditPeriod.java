package dev.tollgate.admin.audit;

import dev.tollgate.admin.document.Rfc3339;
import dev.tollgate.admin.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From when to when, and which types of events; what is null does not limit.
 *
 * @param from inclusive
 * @param to exclusive
 * @param types empty: all
 */
record AuditPeriod(@Nullable Instant from, @Nullable Instant to, List<String> types) {

  // the year 0000 is one that PostgreSQL does not have
  private static final Pattern DATE = Pattern.compile("(?!0000)\\d{4}-\\d\\d-\\d\\d");

  /**
   * From the query parameters. A time is RFC 3339. A date stands for the whole day in UTC: as start
   * from its beginning, as end up to its end.
   *
   * @param types repeated, or separated by commas, or both
   * @throws ProblemException 400
   */
  static AuditPeriod of(
      @Nullable String startDate, @Nullable String endDate, @Nullable List<String> types) {
    return new AuditPeriod(
        startDate == null ? null : time(startDate, "start_date", 0),
        endDate == null ? null : time(endDate, "end_date", 1),
        types == null ? List.of() : types.stream().flatMap(AuditPeriod::types).toList());
  }

  private static Instant time(String text, String name, int daysAfterDate) {
    return day(text)
        .map(day -> day.plusDays(daysAfterDate).atStartOfDay(ZoneOffset.UTC).toInstant())
        .or(() -> Rfc3339.parse(text))
        .orElseThrow(() ->
            ProblemException.badParameter(
                "invalid_parameter", name + " is no date and no RFC 3339 time."));
  }

  private static Optional<LocalDate> day(String text) {
    if (!DATE.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }

  private static Stream<String> types(String names) {
    return Arrays.stream(names.split(",", -1)).map(AuditPeriod::type);
  }

  private static String type(String name) {
    return Arrays.stream(EventType.values())
        .map(EventType::text)
        .filter(known -> known.equals(name))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.badParameter(
                "invalid_event_type", "event_types names no type of event."));
  }
}
