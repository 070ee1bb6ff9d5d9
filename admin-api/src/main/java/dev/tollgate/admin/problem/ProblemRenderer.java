package dev.tollgate.admin.problem;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The one place where a refusal becomes an answer. */
@Component
@Order(-2) // before Spring Boot's own, which would answer in another shape
public class ProblemRenderer implements WebExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ProblemRenderer.class);
  private static final String RETRY_AFTER_SECONDS = "2";

  private final JsonMapper mapper;

  ProblemRenderer(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    if (exchange.getResponse().isCommitted()) {
      return Mono.error(failure);
    }
    ProblemException refusal = Refusals.of(failure);
    if (refusal == null) {
      refusal = unknown(exchange, failure);
    }
    if (failure instanceof MethodNotAllowedException method) {
      exchange.getResponse().getHeaders().setAllow(method.getSupportedMethods());
    }
    return render(exchange, refusal);
  }

  /** Writes the problem; the status' own headers are set here. */
  public Mono<Void> render(ServerWebExchange exchange, ProblemException refusal) {
    ServerHttpResponse response = exchange.getResponse();
    response.setStatusCode(refusal.status());
    statusHeaders(refusal.status()).forEach(response.getHeaders()::put);
    response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    byte[] body = mapper.writeValueAsBytes(Problem.of(refusal, RequestId.of(exchange)));
    response.getHeaders().setContentLength(body.length);
    DataBuffer buffer = response.bufferFactory().wrap(body);
    return response.writeWith(Mono.just(buffer));
  }

  private static Map<String, List<String>> statusHeaders(HttpStatus status) {
    return switch (status) {
      case UNAUTHORIZED -> Map.of(HttpHeaders.WWW_AUTHENTICATE, List.of("Bearer"));
      case SERVICE_UNAVAILABLE -> Map.of(HttpHeaders.RETRY_AFTER, List.of(RETRY_AFTER_SECONDS));
      default -> Map.of();
    };
  }

  private static ProblemException unknown(ServerWebExchange exchange, Throwable failure) {
    log.error("request {} failed", RequestId.of(exchange), failure);
    return ProblemException.of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Something failed. The log has more under this request id.");
  }
}
