package dev.tollgate.deploy.launcher;

import dev.tollgate.deploy.launcher.database.DatabaseAccess;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the launcher wires each application; the names are the applications' own. */
final class ApplicationProperties {

  private ApplicationProperties() {}

  static Map<String, Object> admin(
      LauncherOptions options, SecretFiles secrets, DatabaseAccess database) {
    Map<String, Object> properties = common(options, secrets);
    properties.put("server.port", options.adminPort());
    // its health and metrics are the gateway's management server's to show
    properties.put("management.server.port", -1);
    connection(properties, database, DatabaseRole.ADMIN);
    // the launcher has done that: the gateway, which starts first, needs the schema as well
    properties.put("spring.flyway.enabled", false);
    properties.put("tollgate.access.root-key-file", secrets.rootKey().toString());
    properties.put("tollgate.token.signing-key-file", secrets.tokenSigningKey().toString());
    return properties;
  }

  static Map<String, Object> gateway(
      LauncherOptions options, SecretFiles secrets, DatabaseAccess database) {
    Map<String, Object> properties = common(options, secrets);
    properties.put("server.port", options.gatewayPort());
    properties.put("management.server.port", options.managementPort());
    properties.put("management.server.address", "127.0.0.1");
    // switches itself on where some gRPC class is about, and fails where not all are
    properties.put("spring.cloud.gateway.server.webflux.filter.json-to-grpc.enabled", false);
    connection(properties, database, DatabaseRole.GATEWAY);
    properties.put(
        "tollgate.journal.directory", options.dataDirectory().resolve("journal").toString());
    if (options.routes() != null) {
      properties.put("tollgate.routes.location", options.routes().toString());
    }
    return properties;
  }

  /** Of both; what the operator says in any place outranks them. */
  static Map<String, Object> defaults(Path countryDatabase) {
    // the admin API reads no such file: it only wants to know whether there is one
    return Map.of("tollgate.network.country-database", countryDatabase.toAbsolutePath().toString());
  }

  private static Map<String, Object> common(LauncherOptions options, SecretFiles secrets) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("tollgate.crypto.keyset-file", secrets.keyset().toString());
    properties.put("tollgate.crypto.pepper-file", secrets.pepper().toString());
    properties.put(
        "tollgate.outbound.allowed-networks", String.join(",", options.allowedNetworks()));
    return properties;
  }

  private static void connection(
      Map<String, Object> properties, DatabaseAccess database, DatabaseRole role) {
    properties.put("spring.r2dbc.url", database.r2dbcUrl());
    properties.put("spring.r2dbc.username", role.user());
    properties.put("spring.r2dbc.password", database.password(role));
  }
}
