package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.Quota.Unit;
import java.time.Duration;

/**
 * What a limit in a time is, however it stands; to be kept for as long as the limit is.
 *
 * @param name its name among the quotas over any one request, of letters and hyphens
 * @param limit how much may be taken at once while nobody else takes any
 * @param window in which all of it comes back
 * @param standard as {@code RateLimit-Policy} tells of it
 */
public record QuotaPolicy(Unit unit, String name, long limit, Duration window, String standard) {

  private static final long MILLIS_OF_SECOND = 1000;
  private static final long NANOS_OF_MILLI = 1_000_000;

  /** Told of in the words of the standard. */
  public QuotaPolicy(Unit unit, String name, long limit, Duration window) {
    this(unit, name, limit, window, standard(unit, name, limit, window));
  }

  /** Requests are what is counted where nothing is said. */
  private static String standard(Unit unit, String name, long limit, Duration window) {
    String counted = unit.isOfTokens() ? ";qu=\"tokens\"" : "";
    return '"' + name + "\";q=" + limit + ";w=" + seconds(window.toNanos()) + counted;
  }

  /** Rounded up. */
  static long seconds(long nanos) {
    return Math.ceilDiv(millis(nanos), MILLIS_OF_SECOND);
  }

  /** Rounded up. */
  static long millis(long nanos) {
    return Math.ceilDiv(nanos, NANOS_OF_MILLI);
  }
}
