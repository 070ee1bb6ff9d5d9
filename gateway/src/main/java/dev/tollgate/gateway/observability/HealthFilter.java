package dev.tollgate.gateway.observability;

import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * {@code /health/live} and {@code /health/ready} on the public port, for load balancers: no key, no
 * route, no look outside the process.
 */
public final class HealthFilter implements WebFilter, Ordered {

  private final BooleanSupplier ready;

  public HealthFilter(BooleanSupplier ready) {
    this.ready = ready;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return switch (exchange.getRequest().getURI().getRawPath()) {
      case "/health/live" -> answer(exchange.getResponse(), true);
      case "/health/ready" -> answer(exchange.getResponse(), ready.getAsBoolean());
      default -> chain.filter(exchange);
    };
  }

  private static Mono<Void> answer(ServerHttpResponse response, boolean up) {
    byte[] body =
        "{\"status\":\"%s\"}".formatted(up ? "UP" : "DOWN").getBytes(StandardCharsets.UTF_8);
    response.setStatusCode(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    response.getHeaders().setContentLength(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
