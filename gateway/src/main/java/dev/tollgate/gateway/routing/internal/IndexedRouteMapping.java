package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud Gateway's mapping, which asks every route before the one that matches, with an index
 * in front: it asks only those whose path may match, in the same order.
 */
final class IndexedRouteMapping extends RoutePredicateHandlerMapping
    implements ApplicationListener<RefreshRoutesResultEvent> {

  private static final Logger log = LoggerFactory.getLogger(IndexedRouteMapping.class);

  private static final Mono<Route> NO_ROUTE =
      Mono.error(() -> Rejection.of(ErrorCode.NOT_FOUND, "The path does not exist.").asException());

  private final FilteringWebHandler handler;
  private final RouteLocator routes;
  private volatile @Nullable RouteIndex index;

  /**
   * @param routes the locator that keeps routes from one change to the next
   */
  IndexedRouteMapping(
      FilteringWebHandler handler,
      RouteLocator routes,
      GlobalCorsProperties cors,
      Environment environment) {
    super(handler, routes, cors, environment);
    this.handler = handler;
    this.routes = routes;
  }

  @Override
  public void onApplicationEvent(RefreshRoutesResultEvent refreshed) {
    if (refreshed.isSuccess()) {
      var _ = routes.getRoutes().collectList().subscribe(all -> index = RouteIndex.of(all));
    }
  }

  /** Hands a request to the filters of the route that matches it. */
  Mono<Void> handle(ServerWebExchange exchange) {
    return lookupRoute(exchange)
        .switchIfEmpty(NO_ROUTE)
        .flatMap(route -> {
          GatewayExchange.of(exchange).matched(route);
          return handler.handle(exchange);
        });
  }

  @Override
  protected Mono<Route> lookupRoute(ServerWebExchange exchange) {
    RouteIndex present = index;
    return present == null
        ? super.lookupRoute(exchange)
        : firstOf(present.candidates(exchange.getRequest().getURI().getRawPath()), exchange);
  }

  /** Almost always the first one matches, and costs no sequence. */
  private static Mono<Route> firstOf(List<Route> routes, ServerWebExchange exchange) {
    if (routes.isEmpty()) {
      return Mono.empty();
    }
    Route first = routes.getFirst();
    return matches(first, exchange)
        .flatMap(matches -> matches ? Mono.just(first) : firstOfOthers(routes, exchange));
  }

  /** In a sequence, since one within another would need a stack as deep as there are routes. */
  private static Mono<Route> firstOfOthers(List<Route> routes, ServerWebExchange exchange) {
    return Flux.fromIterable(routes)
        .skip(1)
        .concatMap(route -> matches(route, exchange).filter(matches -> matches).map(_ -> route))
        .next();
  }

  /** A predicate that fails does not match, as in the mapping without an index. */
  private static Mono<Boolean> matches(Route route, ServerWebExchange exchange) {
    GatewayExchange.of(exchange).asking(route);
    try {
      return Mono.from(route.getPredicate().apply(exchange));
    } catch (RuntimeException e) {
      log.error("A predicate of route {} failed", route.getId(), e);
      return Mono.just(false);
    }
  }
}
