package dev.tollgate.gateway.access;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.WebOrigins;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * What browsers may do across origins (the CORS protocol of the Fetch standard). A preflight
 * carries no key, so it is answered from all origins that any policy in the installation allows;
 * the real request is judged by its own. Answers and errors to an origin of that union say that its
 * scripts may read them; nobody else's do. Cookies and the like are never allowed: keys are sent in
 * headers.
 *
 * <p>A web filter, since a preflight matches no route.
 */
final class CorsFilter implements WebFilter, Ordered {

  private static final Rejection NOT_ALLOWED =
      Rejection.of(ErrorCode.ORIGIN_NOT_ALLOWED, "Requests from this web origin are not allowed.");
  private static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "The gateway cannot check origins right now.",
          Duration.ofSeconds(1));

  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

  /** The asterisk takes in what a provider adds; older browsers read the names only. */
  private static final String EXPOSED =
      "x-request-id, retry-after, retry-after-ms, x-should-retry, ratelimit, ratelimit-policy,"
          + " x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
          + " x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens,"
          + " x-ratelimit-reset-tokens, x-tollgate-error-source, x-tollgate-provider,"
          + " x-tollgate-model, x-tollgate-cost-usd, x-tollgate-overhead-ms, *";

  /** Names of headers, and what separates them. */
  private static final Pattern NAMES = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z, -]{1,4096}");

  /** An origin that nothing allows any more may ask for so long; its requests are judged anyway. */
  private static final String MAX_AGE_SECONDS = "600";

  private final Snapshots snapshots;

  CorsFilter(Snapshots snapshots) {
    this.snapshots = snapshots;
  }

  /** Behind the filters that note where a request comes from, before everything that refuses. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 3;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    HttpHeaders headers = exchange.getRequest().getHeaders();
    String origin = headers.getFirst(HttpHeaders.ORIGIN);
    if (origin == null) {
      return chain.filter(exchange);
    }
    if (isPreflight(exchange.getRequest())) {
      return snapshots.allowedOrigins().flatMap(lookup -> answer(exchange, origin, lookup));
    }
    return snapshots
        .allowedOrigins()
        .flatMap(lookup -> {
          letItsScriptsRead(exchange.getResponse(), origin, lookup);
          return chain.filter(exchange);
        });
  }

  private static boolean isPreflight(ServerHttpRequest request) {
    return request.getMethod().equals(HttpMethod.OPTIONS)
        && request.getHeaders().containsHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  private static Mono<Void> answer(
      ServerWebExchange exchange, String origin, Lookup<WebOrigins> lookup) {
    return switch (lookup) {
      case Lookup.Found<WebOrigins>(WebOrigins origins) when origins.contain(origin) ->
          permit(exchange, origin);
      case Lookup.Found<WebOrigins> _, Lookup.Unknown<WebOrigins> _ ->
          Mono.error(NOT_ALLOWED.asException());
      case Lookup.Unavailable<WebOrigins> _ -> Mono.error(UNAVAILABLE.asException());
    };
  }

  private static Mono<Void> permit(ServerWebExchange exchange, String origin) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    response.setStatusCode(HttpStatus.NO_CONTENT);
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    headers.set(
        HttpHeaders.VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    String names = requestedHeaders(exchange.getRequest());
    if (names != null) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, names);
    }
    return response.setComplete();
  }

  /** Every header that it asks for: what reaches a provider is decided by an allow-list. */
  private static @Nullable String requestedHeaders(ServerHttpRequest request) {
    String names =
        String.join(
            ", ", request.getHeaders().getOrEmpty(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS));
    return NAMES.matcher(names).matches() ? names : null;
  }

  /** Last of all, since an error begins its headers anew. */
  private static void letItsScriptsRead(
      ServerHttpResponse response, String origin, Lookup<WebOrigins> lookup) {
    boolean allowed =
        lookup instanceof Lookup.Found<WebOrigins>(WebOrigins origins) && origins.contain(origin);
    response.beforeCommit(() -> {
      HttpHeaders headers = response.getHeaders();
      headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
      if (allowed) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      }
      return Mono.empty();
    });
  }
}
