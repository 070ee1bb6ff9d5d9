package dev.tollgate.gateway.routing.internal;

import java.util.List;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;
import reactor.core.publisher.Mono;

/**
 * From the web server through the web filters straight to the routes. What Spring puts in between
 * is for other applications: a search through mappings of controllers, a checkpoint with a text of
 * its own behind each filter, observations, sessions, forms. It took a tenth of a request.
 */
final class RouteHttpHandler extends HttpWebHandlerAdapter {

  private final WebFilterChain filters;
  private final WebExceptionHandler errors;

  /**
   * Puts the parts together.
   *
   * @param filters in their order
   * @param routes what a request comes to behind them
   * @param errors answers whatever fails
   */
  RouteHttpHandler(List<WebFilter> filters, WebHandler routes, WebExceptionHandler errors) {
    super(routes);
    this.filters = chained(filters, routes);
    this.errors = errors;
  }

  private static WebFilterChain chained(List<WebFilter> filters, WebHandler routes) {
    WebFilterChain chain = guarded(routes::handle);
    for (WebFilter filter : filters.reversed()) {
      WebFilterChain next = chain;
      chain = guarded(exchange -> filter.filter(exchange, next));
    }
    return chain;
  }

  /** What is thrown behind a filter is a failure of its answer, for that filter to see. */
  private static WebFilterChain guarded(WebFilterChain link) {
    return exchange -> {
      try {
        return link.filter(exchange);
      } catch (RuntimeException e) {
        return Mono.error(e);
      }
    };
  }

  @Override
  public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
    ServerWebExchange exchange = createExchange(request, response);
    return filters
        .filter(exchange)
        .onErrorResume(failure -> errors.handle(exchange, failure))
        .then(Mono.defer(response::setComplete));
  }
}
