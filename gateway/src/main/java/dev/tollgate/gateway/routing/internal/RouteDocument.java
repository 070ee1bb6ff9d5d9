package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.util.unit.DataSize;

/**
 * A file of route YAML as it is written.
 *
 * @param defaults holds where a route is silent
 * @param routes tried in this order
 */
record RouteDocument(@DefaultValue Settings defaults, @DefaultValue List<Entry> routes) {

  /**
   * One route.
   *
   * @param predicates in Spring Cloud Gateway's short form, such as {@code Path=/v1/embeddings}
   * @param filters likewise, such as {@code AddRequestHeader=OpenAI-Beta, assistants=v2}
   */
  record Entry(
      @Nullable String id,
      @Nullable Protocol protocol,
      @Nullable Operation operation,
      @DefaultValue List<String> predicates,
      @DefaultValue List<String> filters,
      @Nullable Boolean webSocket,
      @DefaultValue Settings settings) {

    RouteDefinition toDefinition(Settings defaults, int order) {
      RouteDefinition definition = new RouteDefinition();
      String routeId = required("id", id);
      if (predicates.isEmpty()) {
        throw new InvalidRoutesException("route " + routeId + " has no predicates");
      }
      if (Stream.concat(predicates.stream(), filters.stream())
          .anyMatch(text -> text.contains("#{"))) {
        // Spring Cloud Gateway would evaluate it, with every bean within reach.
        throw new InvalidRoutesException("route " + routeId + " has an expression: #{");
      }
      Protocol spoken = required("protocol of route " + routeId, protocol);
      Operation asked = required("operation of route " + routeId, operation);
      definition.setId(routeId);
      definition.setOrder(order);
      // The service is chosen per request; Spring Cloud Gateway only wants to see some URI.
      definition.setUri(URI.create("tollgate://" + spoken.id()));
      definition.setPredicates(predicates.stream().map(PredicateDefinition::new).toList());
      definition.setFilters(filters.stream().map(FilterDefinition::new).toList());
      boolean upgradable = Boolean.TRUE.equals(webSocket);
      definition
          .getMetadata()
          .put(
              RouteSettings.METADATA,
              settings.orElse(defaults).toRouteSettings(spoken, asked, upgradable));
      RoutePaths.leaveIn(definition);
      return definition;
    }

    private static <T> T required(String what, @Nullable T value) {
      if (value == null) {
        throw new InvalidRoutesException("the " + what + " is missing or unknown");
      }
      return value;
    }
  }

  /** What a route may say beside what it matches; see {@link RouteSettings}. */
  record Settings(
      @Nullable Duration connectTimeout,
      @Nullable Duration firstByteTimeout,
      @Nullable Duration betweenChunksTimeout,
      @Nullable Duration totalTimeout,
      @Nullable DataSize maxBody,
      @Nullable DataSize maxStreamedBody,
      @Nullable ClientGone onClientGone) {

    private static final Duration LONGEST = Duration.ofHours(24);

    static final Settings BUILT_IN =
        new Settings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofHours(1),
            DataSize.ofMegabytes(25),
            DataSize.ofMegabytes(200),
            ClientGone.CANCEL);

    Settings orElse(Settings other) {
      return new Settings(
          first(connectTimeout, other.connectTimeout),
          first(firstByteTimeout, other.firstByteTimeout),
          first(betweenChunksTimeout, other.betweenChunksTimeout),
          first(totalTimeout, other.totalTimeout),
          first(maxBody, other.maxBody),
          first(maxStreamedBody, other.maxStreamedBody),
          first(onClientGone, other.onClientGone));
    }

    private static <T> @Nullable T first(@Nullable T value, @Nullable T fallback) {
      return value != null ? value : fallback;
    }

    RouteSettings toRouteSettings(Protocol protocol, Operation operation, boolean webSocket) {
      Settings whole = orElse(BUILT_IN);
      return new RouteSettings(
          protocol,
          operation,
          new RouteSettings.Timeouts(
              positive("connect-timeout", whole.connectTimeout),
              positive("first-byte-timeout", whole.firstByteTimeout),
              positive("between-chunks-timeout", whole.betweenChunksTimeout),
              positive("total-timeout", whole.totalTimeout)),
          size("max-body", whole.maxBody),
          size("max-streamed-body", whole.maxStreamedBody),
          whole.onClientGone == null ? ClientGone.CANCEL : whole.onClientGone,
          webSocket);
    }

    private static Duration positive(String name, @Nullable Duration value) {
      if (value == null || value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
        throw new InvalidRoutesException(name + " must be between 1 ms and 24 hours");
      }
      return value;
    }

    private static DataSize size(String name, @Nullable DataSize value) {
      if (value == null || value.toBytes() <= 0 || value.toBytes() > Integer.MAX_VALUE) {
        throw new InvalidRoutesException(name + " must be between 1 byte and 2 GiB");
      }
      return value;
    }
  }
}
