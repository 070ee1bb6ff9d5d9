package dev.tollgate.admin.budget;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** In which money is counted, by the calendar in UTC. */
enum Window {
  HOUR,
  DAY,
  MONTH;

  /** As it stands in the ledger, and in answers. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The field of {@code rate_limits.costs} that limits it. */
  String field() {
    return "per_" + text() + "_max";
  }

  /** When the next one begins. */
  Instant endAfter(Instant now) {
    return switch (this) {
      case HOUR -> now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
      case DAY -> now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
      case MONTH -> firstOfMonth(now).plusMonths(1).toInstant();
    };
  }

  private static ZonedDateTime firstOfMonth(Instant now) {
    return now.atZone(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
  }
}
