package dev.tollgate.admin.document;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the API writes them: {@code 45s}, {@code 30m}, {@code 24h}, {@code 2d}, or bare
 * seconds.
 */
public final class DurationText {
  // ten digits of days are 27 million years: no overflow, and every bound that a caller sets lies
  // below
  private static final Pattern FORM = Pattern.compile("(\\d{1,10})([smhd]?)");

  private DurationText() {}

  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            Duration.ofSeconds(
                Math.multiplyExact(Long.parseLong(matcher.group(1)), secondsPer(matcher.group(2)))))
        : Optional.empty();
  }

  private static long secondsPer(String unit) {
    return switch (unit) {
      case "m" -> 60;
      case "h" -> 3_600;
      case "d" -> 86_400;
      default -> 1;
    };
  }

  /** The shortest of the forms that {@link #parse} takes and that has a unit. */
  public static String format(Duration duration) {
    long seconds = duration.toSeconds();
    for (String unit : new String[] {"d", "h", "m"}) {
      if (seconds != 0 && seconds % secondsPer(unit) == 0) {
        return seconds / secondsPer(unit) + unit;
      }
    }
    return seconds + "s";
  }
}
