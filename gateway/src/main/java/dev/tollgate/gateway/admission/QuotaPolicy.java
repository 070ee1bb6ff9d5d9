package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.Quota.Unit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a limit in a time is, however it stands; to be kept for as long as the limit is. */
public final class QuotaPolicy {

  private static final long MILLIS_OF_SECOND = 1000;
  private static final long NANOS_OF_MILLI = 1_000_000;

  private final Unit unit;
  private final String name;
  private final long limit;
  private final Duration window;
  private final String standard;

  /** What answers last told of this one and those behind it: it is mostly the same again. */
  private volatile @Nullable Line line;

  /**
   * Told of in the words of the standard.
   *
   * @param name its name among the quotas over any one request, of letters and hyphens
   * @param limit how much may be taken at once while nobody else takes any
   * @param window in which all of it comes back
   */
  public QuotaPolicy(Unit unit, String name, long limit, Duration window) {
    this.unit = unit;
    this.name = name;
    this.limit = limit;
    this.window = window;
    this.standard = standard(unit, name, limit, window);
  }

  /** Requests are what is counted where nothing is said. */
  private static String standard(Unit unit, String name, long limit, Duration window) {
    String counted = unit.isOfTokens() ? ";qu=\"tokens\"" : "";
    return '"' + name + "\";q=" + limit + ";w=" + seconds(window.toNanos()) + counted;
  }

  /** A header, and the policies that it tells of. */
  private record Line(List<QuotaPolicy> policies, String text) {

    static Line of(List<Quota> quotas) {
      return new Line(
          quotas.stream().map(Quota::told).toList(),
          quotas.stream().map(quota -> quota.told().standard).collect(Collectors.joining(", ")));
    }

    boolean isOf(List<Quota> quotas) {
      int size = policies.size();
      if (size != quotas.size()) {
        return false;
      }
      for (int i = 0; i < size; i++) {
        if (policies.get(i) != quotas.get(i).told()) {
          return false;
        }
      }
      return true;
    }
  }

  /** What {@code RateLimit-Policy} tells of these, of which there is one at least. */
  static String standard(List<Quota> quotas) {
    QuotaPolicy first = quotas.getFirst().told();
    Line known = first.line;
    if (known == null || !known.isOf(quotas)) {
      known = Line.of(quotas);
      first.line = known;
    }
    return known.text();
  }

  Unit unit() {
    return unit;
  }

  String name() {
    return name;
  }

  long limit() {
    return limit;
  }

  Duration window() {
    return window;
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
