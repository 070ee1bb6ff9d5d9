package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.realtime.RelayEnd;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;

/** What the usage row of a realtime conversation says of its end. */
record RealtimeOutcome(Outcome outcome, @Nullable String errorCode) {

  static RealtimeOutcome of(RelayEnd end) {
    return new RealtimeOutcome(outcome(end), code(end));
  }

  private static Outcome outcome(RelayEnd end) {
    return switch (end) {
      case RelayEnd.ByClient client ->
          client.status() == null ? Outcome.CANCELLED : Outcome.COMPLETED;
      case RelayEnd.ByProvider provider ->
          isFailure(provider.status()) ? Outcome.FAILED : Outcome.COMPLETED;
      case RelayEnd.Idle() -> Outcome.FAILED;
      case RelayEnd.BrokenOff() -> Outcome.FAILED;
      case RelayEnd.ByRule rule -> Outcome.FAILED;
      case RelayEnd.TookTooLong() -> Outcome.FAILED;
    };
  }

  private static @Nullable String code(RelayEnd end) {
    return switch (end) {
      case RelayEnd.ByClient client -> null;
      case RelayEnd.ByProvider provider ->
          isFailure(provider.status()) ? CallFailures.BROKEN_OFF.code().code() : null;
      case RelayEnd.BrokenOff() -> ErrorCode.SERVICE_UNAVAILABLE.code();
      case RelayEnd.ByRule rule -> rule.reason().code().code();
      case RelayEnd.Idle() -> CallFailures.TOO_SLOW.code().code();
      case RelayEnd.TookTooLong() -> CallFailures.TOO_SLOW.code().code();
    };
  }

  /** Gone without a word, or with one that says it failed (RFC 6455, section 7.4.1). */
  private static boolean isFailure(@Nullable WebSocketCloseStatus status) {
    return status == null || (status.code() >= 1011 && status.code() <= 1014);
  }
}
