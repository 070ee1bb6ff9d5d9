package dev.tollgate.deploy.launcher;

import dev.tollgate.deploy.launcher.database.DatabaseRole;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway more, on the database and the secrets of a Tollgate that runs. */
public final class SecondGateway implements AutoCloseable {

  private final ConfigurableApplicationContext context;

  private SecondGateway(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** In this process. */
  public static SecondGateway start(Map<String, String> properties) {
    return new SecondGateway(
        Applications.startGateway(
            new Applications.Settings(Map.copyOf(properties), Map.of()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new AdminHealth(),
            StartSteps.NONE));
  }

  /**
   * @param databasePort where it finds the database: the server's own, or one before it
   * @param port of its own; 0 for a free one
   */
  public static Map<String, String> properties(
      Tollgate tollgate, Path dataDirectory, int databasePort, int port, List<String> networks) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("server.port", Integer.toString(port));
    properties.put("management.server.port", "-1");
    properties.put("spring.cloud.gateway.server.webflux.filter.json-to-grpc.enabled", "false");
    properties.put("tollgate.crypto.keyset-file", dataDirectory.resolve("keyset.json").toString());
    properties.put("tollgate.crypto.pepper-file", dataDirectory.resolve("pepper.json").toString());
    properties.put("tollgate.journal.directory", newJournal(dataDirectory).toString());
    properties.put("tollgate.outbound.allowed-networks", String.join(",", networks));
    properties.put(
        "spring.r2dbc.url", "r2dbc:postgresql://127.0.0.1:%d/tollgate".formatted(databasePort));
    properties.put("spring.r2dbc.username", DatabaseRole.GATEWAY.user());
    properties.put("spring.r2dbc.password", tollgate.database().password(DatabaseRole.GATEWAY));
    return properties;
  }

  /** No two gateways share one, also not one after the other in a test that kills the first. */
  private static Path newJournal(Path dataDirectory) {
    try {
      return Files.createTempDirectory(dataDirectory, "journal");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + Applications.port(context, "server"));
  }

  @Override
  public void close() {
    context.close();
  }
}
