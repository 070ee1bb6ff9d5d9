package dev.tollgate.gateway.audit.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.usage.AccessEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * How a request ended.
 *
 * @param status as the client saw it, or would have
 * @param code why the gateway refused or ended it; null: it did not
 */
record Ending(Outcome outcome, int status, @Nullable ErrorCode code) {

  private static final int CLIENT_CLOSED_REQUEST = 499;
  private static final int FIRST_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  /**
   * Of a request that ended without a failure, as far as the web server knows: what became of an
   * answer that was on its way, the meter knows.
   */
  static Ending of(GatewayExchange exchange) {
    UsageMeter meter = exchange.find(UsageMeter.KEY);
    if (meter != null && meter.isFollowingAnswer()) {
      return cancelled(exchange.response());
    }
    Ending answered = answered(exchange.response());
    Rejection rule = meter == null ? null : meter.endedBy();
    return rule == null ? answered : new Ending(Outcome.FAILED, answered.status(), rule.code());
  }

  /** An error that the provider answered with is a failure, however well it was passed on. */
  private static Ending answered(ServerHttpResponse response) {
    HttpStatusCode status = response.getStatusCode();
    int value = status == null ? 200 : status.value();
    return new Ending(value < FIRST_ERROR ? Outcome.COMPLETED : Outcome.FAILED, value, null);
  }

  static Ending cancelled(ServerHttpResponse response) {
    HttpStatusCode status = response.getStatusCode();
    return new Ending(
        Outcome.CANCELLED,
        response.isCommitted() && status != null ? status.value() : CLIENT_CLOSED_REQUEST,
        null);
  }

  static Ending failed(Throwable failure) {
    ErrorCode code =
        failure instanceof RejectionException expected
            ? expected.rejection().code()
            : ErrorCode.INTERNAL_ERROR;
    return new Ending(
        code.status() < FIRST_SERVER_ERROR ? Outcome.REFUSED : Outcome.FAILED, code.status(), code);
  }

  boolean isFailure() {
    return outcome == Outcome.REFUSED || outcome == Outcome.FAILED;
  }

  /** Whether the gateway held against the caller who it is, or what it may. */
  boolean isForbidden() {
    return code != null && (status == 401 || status == 403);
  }
}
