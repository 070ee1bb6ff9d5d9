package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Routes;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Every route that runs, tried by every role, against the table in {@code route-matrix.txt}: {@code
 * yes} is any answer but 401, 403 and 404. A route that is new, or that answers somebody else than
 * before, fails; what was found then stands in {@code target/route-matrix.txt}, to be judged and
 * copied.
 */
class RouteMatrixIT {

  private static final Path FOUND = Path.of("target", "route-matrix.txt");

  /** What would change something is asked for with a version that is not there. */
  private static final Set<String> VERSIONED = Set.of("PATCH", "PUT", "DELETE");

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersEachRoleAsTheTableSays() throws IOException {
    World world = new World(server);
    Map<String, Client> callers = callers(world);
    Map<String, String> rows = new TreeMap<>(Comparator.comparing(RouteMatrixIT::byPath));
    // what deletes comes last, so that the others still find it
    Routes.served(server).stream()
        .sorted(Comparator.comparing(route -> route.startsWith("DELETE ")))
        .forEach(route -> rows.put(route, row(route, world, callers)));
    String found =
        rows.values().stream().collect(Collectors.joining("\n", heading(callers) + "\n", "\n"));
    Files.writeString(FOUND, found);
    assertThat(found).isEqualTo(expected());
  }

  private static String byPath(String route) {
    return route.substring(route.indexOf(' ') + 1) + ' ' + route;
  }

  private static Map<String, Client> callers(World world) {
    Tenants tenants = new Tenants(server);
    String organization = world.id("organizations");
    Map<String, Client> callers = new LinkedHashMap<>();
    callers.put("nobody", server.as(null));
    callers.put("viewer", tenants.member("viewer", organization));
    callers.put("elsewhere", tenants.member("developer", organization, world.otherProject()));
    callers.put("developer", tenants.member("developer", organization, world.id("projects")));
    callers.put("admin", tenants.member("admin", organization));
    callers.put("owner", tenants.member("owner", organization));
    callers.put("root", server.as(server.rootKey()));
    callers.put("key", world.key());
    callers.put("bare-key", world.bareKey());
    return callers;
  }

  private static String heading(Map<String, Client> callers) {
    return line("# route", callers.keySet().stream());
  }

  private static String row(String route, World world, Map<String, Client> callers) {
    String method = route.substring(0, route.indexOf(' '));
    String path = route.substring(route.indexOf(' ') + 1);
    return line(
        route, callers.values().stream().map(client -> answer(call(client, method, path, world))));
  }

  private static Response call(Client client, String method, String path, World world) {
    boolean versioned = VERSIONED.contains(method) || path.endsWith("/approve");
    return (versioned ? client.with("If-Match", "\"999\"") : client)
        .call(method, world.fill(path), World.body(method, path));
  }

  private static String answer(Response response) {
    return switch (response.status()) {
      case 401, 403, 404 -> String.valueOf(response.status());
      default -> {
        assertThat(response.status()).as(response.toString()).isLessThan(500);
        yield "yes";
      }
    };
  }

  private static String line(String route, Stream<String> cells) {
    String padded = String.format(Locale.ROOT, "%-62s", route);
    return (padded
            + cells
                .map(cell -> String.format(Locale.ROOT, " %-9s", cell))
                .collect(Collectors.joining()))
        .stripTrailing();
  }

  private static String expected() {
    try (var table = RouteMatrixIT.class.getResourceAsStream("route-matrix.txt")) {
      return table == null ? "" : new String(table.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Else something would be served that {@link RuledHandlerMapping} does not see. */
  @Test
  void nothingElseServesButTheDocumentation() {
    Map<String, HandlerMapping> mappings =
        BeanFactoryUtils.beansOfTypeIncludingAncestors(server.context(), HandlerMapping.class);
    Map<String, List<String>> served = new TreeMap<>();
    mappings.forEach((name, mapping) -> served.put(name, patterns(mapping)));
    assertThat(served)
        .isEqualTo(
            Map.of(
                "requestMappingHandlerMapping", List.of("ruled"),
                "routerFunctionMapping", List.of(),
                "resourceHandlerMapping", List.of("/swagger-ui")));
  }

  private static List<String> patterns(HandlerMapping mapping) {
    return switch (mapping) {
      case RuledHandlerMapping _ -> List.of("ruled");
      case RouterFunctionMapping functions ->
          functions.getRouterFunction() == null ? List.of() : List.of("functions");
      case AbstractUrlHandlerMapping urls ->
          urls.getHandlerMap().keySet().stream()
              .map(RouteMatrixIT::folder)
              .distinct()
              .sorted()
              .toList();
      default -> List.of(mapping.getClass().getName());
    };
  }

  private static String folder(PathPattern pattern) {
    return pattern.getPatternString().replaceFirst("(?<=.)/.*", "");
  }

  /** What is not a route is nobody's, whoever asks. */
  @Test
  void whatIsNoRouteIsRefused() {
    for (String path :
        List.of("/", "/v1", "/v1/nothing", "/actuator", "/actuator/env", "/v2/keys")) {
      assertThat(server.as(null).get(path).status()).as(path).isEqualTo(401);
      assertThat(server.get(path).status()).as(path).isEqualTo(404);
    }
  }
}
