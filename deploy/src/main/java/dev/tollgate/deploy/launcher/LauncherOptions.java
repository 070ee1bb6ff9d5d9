package dev.tollgate.deploy.launcher;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Tollgate is started with.
 *
 * @param dataDirectory keeps the database and the secrets; made when missing
 * @param databaseBinaries where PostgreSQL's programs are unpacked; may be shared by several
 * @param gatewayPort 0 to 65535, 0 for a free one, as the other two
 * @param routes a route file or a directory of them; null for those that ship
 * @param allowedNetworks private networks that upstreams may live in, in CIDR notation
 */
public record LauncherOptions(
    Path dataDirectory,
    Path databaseBinaries,
    int gatewayPort,
    int adminPort,
    int managementPort,
    @Nullable Path routes,
    List<String> allowedNetworks) {

  public LauncherOptions {
    requirePort(gatewayPort);
    requirePort(adminPort);
    requirePort(managementPort);
    allowedNetworks = List.copyOf(allowedNetworks);
    allowedNetworks.forEach(Network::new);
  }

  /** All defaults of the command line: ports 8080, 8081 and 8082. */
  public static LauncherOptions in(Path dataDirectory) {
    Path binaries = dataDirectory.resolve("postgres-binaries");
    return new LauncherOptions(dataDirectory, binaries, 8080, 8081, 8082, null, List.of());
  }

  public LauncherOptions withPorts(int gateway, int admin, int management) {
    return new LauncherOptions(
        dataDirectory, databaseBinaries, gateway, admin, management, routes, allowedNetworks);
  }

  public LauncherOptions withDatabaseBinaries(Path binaries) {
    return new LauncherOptions(
        dataDirectory, binaries, gatewayPort, adminPort, managementPort, routes, allowedNetworks);
  }

  public LauncherOptions withRoutes(@Nullable Path fileOrDirectory) {
    return new LauncherOptions(
        dataDirectory,
        databaseBinaries,
        gatewayPort,
        adminPort,
        managementPort,
        fileOrDirectory,
        allowedNetworks);
  }

  public LauncherOptions allowing(List<String> networks) {
    return new LauncherOptions(
        dataDirectory, databaseBinaries, gatewayPort, adminPort, managementPort, routes, networks);
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535");
    }
  }
}
