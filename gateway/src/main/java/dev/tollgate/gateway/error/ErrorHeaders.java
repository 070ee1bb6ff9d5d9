package dev.tollgate.gateway.error;

import java.time.Duration;
import java.util.function.BiConsumer;

/** The headers that every error answer of the gateway carries. */
public final class ErrorHeaders {

  public static final String SOURCE = "x-tollgate-error-source";
  public static final String SOURCE_GATEWAY = "gateway";
  public static final String SOURCE_PROVIDER = "provider";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private ErrorHeaders() {}

  /** Hands each header of {@code rejection} to {@code sink}. */
  public static void write(Rejection rejection, BiConsumer<String, String> sink) {
    sink.accept(SOURCE, SOURCE_GATEWAY);
    if (rejection.code().status() == 401) {
      sink.accept("WWW-Authenticate", "Bearer");
    }
    Duration retryAfter = rejection.retryAfter();
    if (isRefusedAgain(rejection)) {
      sink.accept("x-should-retry", "false");
    }
    if (retryAfter != null) {
      long millis = Math.max(1, retryAfter.plusNanos(NANOS_PER_MILLI - 1).toMillis());
      sink.accept("Retry-After", Long.toString(Math.ceilDiv(millis, 1000)));
      sink.accept("retry-after-ms", Long.toString(millis));
    }
  }

  /**
   * SDKs try every 429 again by themselves; a budget stays as it is for an hour at best, and a
   * request that is larger than its limit, or whose limit lets none go, never fits.
   */
  private static boolean isRefusedAgain(Rejection rejection) {
    return rejection.futile() || rejection.code() == ErrorCode.INSUFFICIENT_QUOTA;
  }
}
