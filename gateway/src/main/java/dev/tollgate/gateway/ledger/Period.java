package dev.tollgate.gateway.ledger;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** The windows that money is counted in, by the calendar in UTC. */
public enum Period {
  HOUR("hour"),
  DAY("day"),
  MONTH("month"),
  /** The whole life of a project token. */
  TOTAL("total");

  private final String id;

  Period(String id) {
    this.id = id;
  }

  /** As it stands in the ledger. */
  public String id() {
    return id;
  }

  /**
   * The one that stands so in the ledger.
   *
   * @throws IllegalArgumentException if none does
   */
  public static Period of(String id) {
    for (Period period : values()) {
      if (period.id.equals(id)) {
        return period;
      }
    }
    throw new IllegalArgumentException("no period is named " + id);
  }

  Instant startOf(Instant at) {
    return switch (this) {
      case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
      case DAY -> at.truncatedTo(ChronoUnit.DAYS);
      case MONTH -> firstOfMonth(at).toInstant();
      case TOTAL -> Instant.EPOCH;
    };
  }

  Instant endOf(Instant start) {
    return switch (this) {
      case HOUR -> start.plus(1, ChronoUnit.HOURS);
      case DAY -> start.plus(1, ChronoUnit.DAYS);
      case MONTH -> firstOfMonth(start).plusMonths(1).toInstant();
      case TOTAL -> Instant.MAX;
    };
  }

  private static ZonedDateTime firstOfMonth(Instant at) {
    return at.atZone(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
  }
}
