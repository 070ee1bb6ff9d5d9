package dev.tollgate.gateway.routing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;

/** Reads route YAML, whole and strictly: one mistake anywhere and none of it is taken. */
final class RouteFiles {

  private static final String SHIPPED = "dev/tollgate/gateway/routes/tollgate.yaml";

  private final @Nullable Path location;

  RouteFiles(@Nullable String location) {
    this.location = location == null || location.isBlank() ? null : Path.of(location);
  }

  /** The texts of all files, so that a change of any can be told. */
  List<String> contents() {
    try {
      if (location == null) {
        return List.of(new ClassPathResource(SHIPPED).getContentAsString(StandardCharsets.UTF_8));
      }
      return Files.isDirectory(location)
          ? directory(location)
          : List.of(Files.readString(location));
    } catch (IOException e) {
      throw new UncheckedIOException("route YAML cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> directory(Path directory) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(RouteFiles::isYaml).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }

  private static boolean isYaml(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  /**
   * The routes that {@code texts} describe, in order.
   *
   * @throws InvalidRoutesException if there is any mistake, or no route
   */
  static List<RouteDefinition> parse(List<String> texts) {
    List<RouteDefinition> definitions = new ArrayList<>();
    for (String text : texts) {
      RouteDocument document = bind(text);
      for (RouteDocument.Entry entry : document.routes()) {
        definitions.add(entry.toDefinition(document.defaults(), definitions.size()));
      }
    }
    requireDistinctIds(definitions);
    return definitions;
  }

  private static RouteDocument bind(String text) {
    try {
      List<PropertySource<?>> sources =
          new YamlPropertySourceLoader()
              .load("routes", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)));
      if (sources.size() > 1) {
        // They would be laid over one another, and the routes of one be lost.
        throw new InvalidRoutesException("route YAML has one document a file");
      }
      return new Binder(ConfigurationPropertySources.from(sources))
          .bindOrCreate(
              ConfigurationPropertyName.EMPTY,
              Bindable.of(RouteDocument.class),
              new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    } catch (InvalidRoutesException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InvalidRoutesException("route YAML is not valid: " + place(e) + rootMessage(e), e);
    }
  }

  private static void requireDistinctIds(List<RouteDefinition> definitions) {
    if (definitions.isEmpty()) {
      throw new InvalidRoutesException("there is not a single route");
    }
    Set<@Nullable String> ids = new HashSet<>();
    for (RouteDefinition definition : definitions) {
      if (!ids.add(definition.getId())) {
        throw new InvalidRoutesException("two routes have the id " + definition.getId());
      }
    }
  }

  private static String place(Throwable failure) {
    return failure instanceof BindException unbound ? unbound.getName() + ": " : "";
  }

  private static @Nullable String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}
