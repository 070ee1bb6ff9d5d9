package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

  @Test
  void answersEachRoleAsTheTableSays() throws IOException {
    try (AdminServer server = AdminServer.start()) {
      World world = new World(server);
      Map<String, Client> callers = callers(server, world);
      String found =
          World.routes(server).stream()
              .map(route -> row(route, world, callers))
              .collect(Collectors.joining("\n", heading(callers), "\n"));
      Files.writeString(FOUND, found);
      assertThat(found).isEqualTo(expected());
    }
  }

  private static Map<String, Client> callers(AdminServer server, World world) {
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
    return callers;
  }

  private static String heading(Map<String, Client> callers) {
    return line("# route", callers.keySet().stream()) + "\n";
  }

  private static String row(String route, World world, Map<String, Client> callers) {
    String method = route.substring(0, route.indexOf(' '));
    String path = route.substring(route.indexOf(' ') + 1);
    return line(
        route,
        callers.values().stream()
            .map(client -> answer(call(client, method, path, World.fill(path, world::id)))));
  }

  private static Response call(Client client, String method, String path, String filled) {
    boolean versioned = VERSIONED.contains(method) || path.endsWith("/approve");
    String body = method.equals("GET") || method.equals("DELETE") ? null : World.body(path);
    return (versioned ? client.with("If-Match", "\"999\"") : client).call(method, filled, body);
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
}
