package dev.tollgate.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The routes of a running server: as its handlers have them, and as its OpenAPI document does. */
public final class Routes {
  private Routes() {}

  /**
   * A route of the OpenAPI document.
   *
   * @param operation what the document says of it
   */
  public record Route(String method, String path, JsonNode operation) {

    public List<String> queryParameters() {
      return operation
          .path("parameters")
          .valueStream()
          .filter(parameter -> parameter.path("in").asString().equals("query"))
          .map(parameter -> parameter.path("name").asString())
          .toList();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  public static List<Route> documented(AdminServer server) {
    List<Route> routes = new ArrayList<>();
    server
        .as(null)
        .get("/openapi.json")
        .json()
        .at("/paths")
        .forEachEntry((path, methods) ->
            methods.forEachEntry((method, operation) ->
                routes.add(new Route(method.toUpperCase(Locale.ROOT), path, operation))));
    return routes;
  }

  /** Of each route of ours that runs: its method, a blank, its path. */
  public static Set<String> served(AdminServer server) {
    return server
        .context()
        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods()
        .entrySet()
        .stream()
        .filter(entry -> isOurs(entry.getValue()))
        .flatMap(entry -> routes(entry.getKey()).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOurs(HandlerMethod handler) {
    return handler.getBeanType().getName().startsWith("dev.tollgate.");
  }

  private static Set<String> routes(RequestMappingInfo mapping) {
    Set<String> routes = new TreeSet<>();
    mapping
        .getMethodsCondition()
        .getMethods()
        .forEach(method ->
            mapping
                .getPatternsCondition()
                .getPatterns()
                .forEach(pattern -> routes.add(method + " " + pattern.getPatternString())));
    return routes;
  }
}
