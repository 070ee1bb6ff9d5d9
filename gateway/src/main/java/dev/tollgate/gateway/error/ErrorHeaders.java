package dev.tollgate.gateway.error;

import java.time.Duration;
import java.util.function.BiConsumer;

/** The headers that every error answer of the gateway carries. */
public final class ErrorHeaders {

  public static final String SOURCE = "x-tollgate-error-source";
  public static final String SOURCE_GATEWAY = "gateway";
  public static final String SOURCE_PROVIDER = "provider";

  private ErrorHeaders() {}

  /** Hands each header of {@code rejection} to {@code sink}. */
  public static void write(Rejection rejection, BiConsumer<String, String> sink) {
    sink.accept(SOURCE, SOURCE_GATEWAY);
    if (rejection.code().status() == 401) {
      sink.accept("WWW-Authenticate", "Bearer");
    }
    if (rejection.code() == ErrorCode.INSUFFICIENT_QUOTA) {
      // SDKs try every 429 again by themselves; this one stays as it is for an hour at best.
      sink.accept("x-should-retry", "false");
    }
    Duration retryAfter = rejection.retryAfter();
    if (retryAfter != null) {
      long millis = Math.max(1, retryAfter.toMillis());
      sink.accept("Retry-After", Long.toString(Math.ceilDiv(millis, 1000)));
      sink.accept("retry-after-ms", Long.toString(millis));
    }
  }
}
