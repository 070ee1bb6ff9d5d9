package dev.tollgate.gateway.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One refused or failed request, as the client will read it.
 *
 * @param code what happened
 * @param message one English sentence; never a key, a rule's contents or an internal message
 * @param param the part of the request that is meant (a field, a feature), if one is
 * @param retryAfter when trying again makes sense; sent as {@code Retry-After}
 * @param futile whether it makes none however long one waits: SDKs must not try by themselves
 */
public record Rejection(
    ErrorCode code,
    String message,
    @Nullable String param,
    @Nullable Duration retryAfter,
    boolean futile) {

  public Rejection(
      ErrorCode code, String message, @Nullable String param, @Nullable Duration retryAfter) {
    this(code, message, param, retryAfter, false);
  }

  public static Rejection of(ErrorCode code, String message) {
    return new Rejection(code, message, null, null);
  }

  public static Rejection of(ErrorCode code, String message, String param) {
    return new Rejection(code, message, param, null);
  }

  public static Rejection retryable(ErrorCode code, String message, Duration retryAfter) {
    return new Rejection(code, message, null, retryAfter);
  }

  /**
   * Of a limit that never lets the request through as it is.
   *
   * @param retryAfter when all of the limit is there again
   */
  public static Rejection futile(ErrorCode code, String message, Duration retryAfter) {
    return new Rejection(code, message, null, retryAfter, true);
  }

  /** Carries this rejection across the pipeline to the one place that renders it. */
  public RejectionException asException() {
    return new RejectionException(this);
  }
}
