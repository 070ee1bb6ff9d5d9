package dev.tollgate.gateway.routing.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;

/**
 * The patterns of a route's path predicate, which travel in its metadata: a route itself only has a
 * function. Equal to itself only; routes are hashed for every request.
 */
final class RoutePaths {

  private static final String METADATA = "tollgate.paths";
  private static final String PATH = "Path";

  private final List<String> patterns;

  private RoutePaths(List<String> patterns) {
    this.patterns = patterns;
  }

  List<String> patterns() {
    return patterns;
  }

  /** Leaves the patterns of {@code definition} for its route, if one must match. */
  static void leaveIn(RouteDefinition definition) {
    for (PredicateDefinition predicate : definition.getPredicates()) {
      if (PATH.equals(predicate.getName())) {
        definition.getMetadata().put(METADATA, new RoutePaths(patterns(predicate)));
        return;
      }
    }
  }

  /** The last argument may say whether a slash at the end counts; that is no pattern. */
  private static List<String> patterns(PredicateDefinition predicate) {
    return predicate.getArgs().values().stream()
        .filter(argument -> !argument.equals("true") && !argument.equals("false"))
        .map(argument -> argument.startsWith("/") ? argument : "/" + argument)
        .toList();
  }

  /** Null where any path may match. */
  static @Nullable RoutePaths of(Route route) {
    return route.getMetadata().get(METADATA) instanceof RoutePaths paths ? paths : null;
  }
}
