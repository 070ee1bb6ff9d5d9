package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

class IndexedRouteMappingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Route> routes = new ArrayList<>();
  private final IndexedRouteMapping mapping =
      new IndexedRouteMapping(
          new FilteringWebHandler(List.of(), false),
          () -> Flux.fromIterable(routes),
          new GlobalCorsProperties(),
          new MockEnvironment());

  private static Route route(String id, Predicate<ServerWebExchange> predicate) {
    return Route.async().id(id).uri(URI.create("tollgate://openai")).predicate(predicate).build();
  }

  private void refresh() {
    mapping.onApplicationEvent(new RefreshRoutesResultEvent(this));
  }

  private @Nullable String found() {
    MockServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.get("/v1/models"));
    var _ = GatewayExchange.begin(exchange, "req_1", Protocol.OPENAI, 0);
    Route route = mapping.lookupRoute(exchange).block(PATIENCE);
    return route == null ? null : route.getId();
  }

  @Test
  void takesTheFirstThatMatches() {
    routes.add(route("other", exchange -> false));
    routes.add(route("first", exchange -> true));
    routes.add(route("second", exchange -> true));
    assertThat(found()).isEqualTo("first");

    refresh();

    assertThat(found()).isEqualTo("first");
  }

  @Test
  void asksAsManyRoutesAsThereAre() {
    for (int i = 0; i < 20_000; i++) {
      routes.add(route("other_" + i, exchange -> false));
    }
    routes.add(route("last", exchange -> true));
    refresh();

    assertThat(found()).isEqualTo("last");
  }

  @Test
  void findsNothingWhereNothingMatches() {
    routes.add(route("other", exchange -> false));
    refresh();

    assertThat(found()).isNull();
  }

  @Test
  void knowsChangedRoutesOnceTheyAreLoaded() {
    routes.add(route("old", exchange -> true));
    refresh();
    routes.set(0, route("new", exchange -> true));

    refresh();

    assertThat(found()).isEqualTo("new");
  }

  @Test
  void keepsItsRoutesWhereNewOnesCannotBeLoaded() {
    routes.add(route("old", exchange -> true));
    refresh();
    routes.clear();

    mapping.onApplicationEvent(
        new RefreshRoutesResultEvent(this, new IllegalStateException("not valid")));

    assertThat(found()).isEqualTo("old");
  }

  @Test
  void passesOverARouteWhosePredicateFails() {
    routes.add(
        route(
            "failing",
            exchange -> {
              throw new IllegalStateException("cannot tell");
            }));
    routes.add(route("next", exchange -> true));
    refresh();

    assertThat(found()).isEqualTo("next");
  }
}
