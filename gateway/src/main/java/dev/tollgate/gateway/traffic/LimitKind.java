package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Quota.Unit;
import dev.tollgate.gateway.redis.WhenAway;
import java.time.Duration;
import java.util.Locale;

/**
 * What is limited, and how it comes back: a bucket fills all the time, a window of the UTC calendar
 * begins anew.
 *
 * <p>Without Redis every gateway holds to its share by default: these limits spare providers and
 * keep callers fair, which is no reason to turn everybody away, and money has limits of its own.
 */
public enum LimitKind {
  REQUESTS_PER_SECOND(Unit.REQUESTS, Shape.BUCKET, Duration.ofSeconds(1)),
  REQUESTS_PER_MINUTE(Unit.REQUESTS, Shape.BUCKET, Duration.ofMinutes(1)),
  REQUESTS_PER_HOUR(Unit.REQUESTS, Shape.WINDOW, Duration.ofHours(1)),
  REQUESTS_PER_DAY(Unit.REQUESTS, Shape.WINDOW, Duration.ofDays(1)),
  MODEL_REQUESTS_PER_DAY(Unit.REQUESTS, Shape.WINDOW, Duration.ofDays(1)),
  INPUT_TOKENS_PER_MINUTE(Unit.INPUT_TOKENS, Shape.BUCKET, Duration.ofMinutes(1)),
  OUTPUT_TOKENS_PER_MINUTE(Unit.OUTPUT_TOKENS, Shape.BUCKET, Duration.ofMinutes(1)),
  TOKENS_PER_DAY(Unit.TOKENS, Shape.WINDOW, Duration.ofDays(1));

  /** How it comes back. */
  public enum Shape {
    BUCKET,
    WINDOW
  }

  private final Unit unit;
  private final Shape shape;
  private final long periodNanos;
  private final String id;

  LimitKind(Unit unit, Shape shape, Duration period) {
    this.unit = unit;
    this.shape = shape;
    this.periodNanos = period.toNanos();
    this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Unit unit() {
    return unit;
  }

  public Shape shape() {
    return shape;
  }

  /** In which the limit comes back. */
  public long periodNanos() {
    return periodNanos;
  }

  /** Of letters and hyphens, as it stands in headers, in settings and in Redis. */
  public String id() {
    return id;
  }

  /** For a sentence: {@code requests per minute}. */
  String words() {
    return id.replace('-', ' ');
  }

  /** What holds unless it is set otherwise. */
  public WhenAway whenAway() {
    return WhenAway.LOCAL_SHARE;
  }
}
