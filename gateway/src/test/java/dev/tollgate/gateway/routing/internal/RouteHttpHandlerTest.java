package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RouteHttpHandlerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<String> seen = new ArrayList<>();
  private final MockServerHttpResponse response = new MockServerHttpResponse();

  private WebFilter noting(String name) {
    return (exchange, chain) -> {
      seen.add(name);
      return chain.filter(exchange).doOnError(failure -> seen.add(name + " saw a failure"));
    };
  }

  private void handle(List<WebFilter> filters, WebHandler routes) {
    RouteHttpHandler handler = new RouteHttpHandler(filters, routes, this::refused);
    StepVerifier.create(handler.handle(MockServerHttpRequest.get("/v1/models").build(), response))
        .expectComplete()
        .verify(PATIENCE);
  }

  private Mono<Void> refused(ServerWebExchange exchange, Throwable failure) {
    exchange.getResponse().setStatusCode(HttpStatus.UNPROCESSABLE_CONTENT);
    return Mono.empty();
  }

  @Test
  void passesTheFiltersInTheirOrderAndThenTheRoutes() {
    handle(
        List.of(noting("first"), noting("second")),
        exchange -> {
          seen.add("routes");
          return Mono.empty();
        });

    assertThat(seen).containsExactly("first", "second", "routes");
    assertThat(response.isCommitted()).isTrue();
  }

  @Test
  void answersWhatAFilterThrowsWithTheFiltersBeforeItSeeingIt() {
    handle(
        List.of(
            noting("first"),
            (exchange, chain) -> {
              throw new IllegalStateException("thrown");
            }),
        exchange -> Mono.error(new AssertionError("not to be reached")));

    assertThat(seen).containsExactly("first", "first saw a failure");
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
  }

  @Test
  void answersWhatTheRoutesThrow() {
    handle(
        List.of(noting("first")),
        exchange -> {
          throw new IllegalStateException("thrown");
        });

    assertThat(seen).containsExactly("first", "first saw a failure");
  }

  @Test
  void answersAFailureOfTheRoutes() {
    handle(List.of(noting("first")), exchange -> Mono.error(new IllegalStateException("failed")));

    assertThat(seen).containsExactly("first", "first saw a failure");
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
    assertThat(response.isCommitted()).isTrue();
  }
}
