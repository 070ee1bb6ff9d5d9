package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class RouteIndexTest {

  private static final List<List<String>> PATTERNS =
      List.of(
          List.of("Path=/v1/chat/completions", "Method=POST"),
          List.of("Path=/v1/responses/{id},/v1/responses/{id}/{action}"),
          List.of("Path=/v1/models,/v1/models/{*id}"),
          List.of("Path=/v1/im*/{action}, true"),
          List.of("Path=v1beta/models/{model:[a-z.-]+}:generate"),
          List.of("Method=POST"),
          List.of("Path=/v1/**"),
          List.of("Path=/{service}/**"),
          List.of("Path=/**"),
          List.of("Path=/"));

  private static final RouteIndex INDEX = RouteIndex.of(routes());

  private static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (List<String> predicates : PATTERNS) {
      RouteDefinition definition = new RouteDefinition();
      definition.setPredicates(predicates.stream().map(PredicateDefinition::new).toList());
      RoutePaths.leaveIn(definition);
      routes.add(
          Route.async()
              .id(Integer.toString(routes.size()))
              .uri(URI.create("tollgate://openai"))
              .metadata(definition.getMetadata())
              .predicate(exchange -> true)
              .build());
    }
    return routes;
  }

  private static List<Integer> candidates(String path) {
    return INDEX.candidates(path).stream().map(Route::getId).map(Integer::valueOf).toList();
  }

  @Test
  void asksOnlyThoseThatMayMatchInTheirOrder() {
    assertThat(candidates("/v1/chat/completions")).containsExactly(0, 3, 5, 6, 7, 8, 9);
    assertThat(candidates("/v1/models")).containsExactly(2, 3, 5, 6, 7, 8, 9);
    assertThat(candidates("/other/x")).containsExactly(5, 7, 8, 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/ch%61t/completions", "/v1;a=b/chat/completions", "//v1/models"})
  void asksAllForAPathThatCanBeWrittenInSeveralWays(String path) {
    assertThat(candidates(path)).hasSize(PATTERNS.size());
  }

  /** The index may ask too many, and never leave out one that matches. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/",
        "/v1/chat/completions",
        "/v1/chat/completions/",
        "/v1/chat/completions/x",
        "/v1/responses/resp_1",
        "/v1/responses/resp_1/cancel",
        "/v1/models",
        "/v1/models/",
        "/v1/models/a/b/c",
        "/v1/images/edits",
        "/v1/im/x",
        "/v1beta/models/gemini-2.5-pro:generate",
        "/openai/v1/chat/completions",
        "/v1/ch%61t/completions",
        "/v1;a=b/chat/completions",
        "/service"
      })
  void leavesOutNoRouteThatMatches(String path) {
    List<Integer> matching =
        Stream.iterate(0, i -> i + 1)
            .limit(PATTERNS.size())
            .filter(i -> matches(PATTERNS.get(i), path))
            .toList();

    assertThat(candidates(path)).containsAll(matching);
  }

  private static boolean matches(List<String> predicates, String path) {
    return predicates.stream()
        .map(PredicateDefinition::new)
        .filter(predicate -> "Path".equals(predicate.getName()))
        .allMatch(predicate -> matches(predicate, path));
  }

  private static boolean matches(PredicateDefinition predicate, String path) {
    List<String> arguments = new ArrayList<>(predicate.getArgs().values());
    var _ = arguments.remove("true");
    PathRoutePredicateFactory.Config config = new PathRoutePredicateFactory.Config();
    config.setPatterns(arguments);
    return new PathRoutePredicateFactory(new WebFluxProperties())
        .apply(config)
        .test(
            MockServerWebExchange.from(
                MockServerHttpRequest.method(
                    org.springframework.http.HttpMethod.POST,
                    URI.create("http://gateway.example.com" + path))));
  }
}
