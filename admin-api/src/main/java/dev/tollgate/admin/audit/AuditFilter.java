package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which audit events are wanted; what is null does not limit.
 *
 * @param types empty: all
 * @param from inclusive
 * @param to exclusive
 */
record AuditFilter(
    @Nullable String organizationId,
    @Nullable String projectId,
    @Nullable String resourceId,
    @Nullable String userId,
    List<String> types,
    @Nullable Instant from,
    @Nullable Instant to) {

  /** The query parameters, as they came. */
  record Parameters(
      @Nullable String organizationId,
      @Nullable String projectId,
      @Nullable String resourceId,
      @Nullable String userId,
      @Nullable List<String> eventTypes,
      @Nullable String startDate,
      @Nullable String endDate) {}

  /**
   * What the caller asks for, in what it may see.
   *
   * @throws ProblemException 400 or 404
   */
  static AuditFilter of(Caller caller, Parameters asked) {
    if (asked.organizationId() != null) {
      caller.mustSee(asked.organizationId());
    }
    return new AuditFilter(
        asked.organizationId() == null ? caller.organizationId() : asked.organizationId(),
        asked.projectId(),
        asked.resourceId(),
        asked.userId(),
        types(asked.eventTypes()),
        time(asked.startDate(), "start_date"),
        time(asked.endDate(), "end_date"));
  }

  private static List<String> types(@Nullable List<String> names) {
    return names == null ? List.of() : names.stream().map(AuditFilter::type).toList();
  }

  private static String type(String name) {
    return Arrays.stream(EventType.values())
        .map(EventType::text)
        .filter(known -> known.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.badParameter(
                "invalid_event_type", "event_types names no type of event."));
  }

  /** A date is its first instant in UTC. */
  private static @Nullable Instant time(@Nullable String text, String name) {
    if (text == null) {
      return null;
    }
    try {
      return text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException notATime) {
      throw ProblemException.badParameter("invalid_parameter", name + " is no RFC 3339 time.");
    }
  }
}
