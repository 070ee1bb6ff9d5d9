package dev.tollgate.gateway.observability;

import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RequestIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** The one place where a failure becomes an answer. What is not expected says nothing but an id. */
public final class GatewayErrorHandler implements WebExceptionHandler, Ordered {

  private static final Logger log = LoggerFactory.getLogger(GatewayErrorHandler.class);

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    GatewayExchange request = GatewayExchange.of(exchange);
    if (exchange.getResponse().isCommitted()) {
      if (!(failure instanceof RejectionException)) {
        log.warn("Request {} broke off", request.requestId(), failure);
      }
      // The connection ends without a proper end of the answer.
      return Mono.error(failure);
    }
    return answer(request, rejection(failure, request));
  }

  private static Rejection rejection(Throwable failure, GatewayExchange request) {
    if (failure instanceof RejectionException expected) {
      return expected.rejection();
    }
    if (failure instanceof AbortedException) {
      // The client went away within its request; nobody reads this but the access log.
      return Rejection.of(ErrorCode.INVALID_REQUEST, "The request broke off.");
    }
    if (failure instanceof ErrorResponse response) {
      return ofStatus(response.getStatusCode());
    }
    log.error("Request {} failed", request.requestId(), failure);
    return Rejection.of(
        ErrorCode.INTERNAL_ERROR,
        "Something went wrong in the gateway. Quote the request id to its operator.");
  }

  /** Spring's own refusals: no route matches, or the request cannot be read. */
  private static Rejection ofStatus(HttpStatusCode status) {
    return switch (status.value()) {
      case 404, 405 -> Rejection.of(ErrorCode.NOT_FOUND, "The path does not exist.");
      case 413 -> Rejection.of(ErrorCode.REQUEST_TOO_LARGE, "The request is too large.");
      default ->
          status.is4xxClientError()
              ? Rejection.of(ErrorCode.INVALID_REQUEST, "The request cannot be read.")
              : Rejection.of(ErrorCode.INTERNAL_ERROR, "Something went wrong in the gateway.");
    };
  }

  private static Mono<Void> answer(GatewayExchange request, Rejection rejection) {
    ServerHttpResponse response = request.response();
    byte[] body = ErrorBodies.render(request.protocol(), rejection, request.requestId());
    HttpHeaders headers = response.getHeaders();
    // A provider's headers may have been set before its body failed.
    headers.clear();
    response.setStatusCode(HttpStatusCode.valueOf(rejection.code().status()));
    headers.set(RequestIds.HEADER, request.requestId());
    headers.set(HttpHeaders.CONTENT_TYPE, ErrorBodies.mediaType(request.protocol()));
    headers.setContentLength(body.length);
    AnswerHeaders.of(request).writeTo(headers);
    ErrorHeaders.write(rejection, headers::set);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
