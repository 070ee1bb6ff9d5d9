package dev.tollgate.admin.document;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * RFC 3339 times: what ISO 8601 would also take, such as a time without seconds or offset, is none.
 */
public final class Rfc3339 {
  // the year 0000 is one that PostgreSQL does not have
  private static final Pattern FORM =
      Pattern.compile(
          "(?!0000)\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

  private Rfc3339() {}

  /** The time, cut to the microsecond, as PostgreSQL keeps it. */
  public static Optional<Instant> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
      return Optional.of(time.toInstant().truncatedTo(ChronoUnit.MICROS));
    } catch (DateTimeParseException notADate) {
      return Optional.empty();
    }
  }
}
