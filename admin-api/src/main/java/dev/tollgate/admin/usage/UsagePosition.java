package dev.tollgate.admin.usage;

import dev.tollgate.admin.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a list of usage rows, which are ordered by their beginning and, within a microsecond,
 * by id.
 */
record UsagePosition(Instant timestamp, String id) {
  // 16 digits of microseconds reach the year 2286
  private static final Pattern FORM = Pattern.compile("(\\d{1,16}):([A-Za-z0-9_.-]{1,128})");

  static UsagePosition of(UsageRow row) {
    return new UsagePosition(row.timestamp(), row.id());
  }

  /**
   * The position that {@link #text()} wrote.
   *
   * @throws ProblemException 400 {@code invalid_cursor}
   */
  static UsagePosition parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw ProblemException.badParameter("invalid_cursor", "cursor is not one that a list gave.");
    }
    long micros = Long.parseLong(matcher.group(1));
    return new UsagePosition(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), matcher.group(2));
  }

  String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, timestamp) + ":" + id;
  }
}
