package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.launcher.database.DatabaseAccess;
import dev.tollgate.deploy.launcher.database.DatabasePasswords;
import dev.tollgate.deploy.launcher.database.EmbeddedDatabase;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Each application on the class path that holds both: what is the other's must not be there. */
class JointClassPathIT {

  @TempDir private Path temporary;
  private final Shutdown shutdown = new Shutdown();
  private LauncherOptions options;
  private SecretFiles secrets;
  private EmbeddedDatabase database;

  @BeforeEach
  void startDatabase() {
    options = RunningTollgate.options(temporary.resolve("data"));
    SecretFiles.initialise(options.dataDirectory());
    DataDirectory directory = shutdown.add(DataDirectory.open(options.dataDirectory()));
    secrets = SecretFiles.in(directory);
    database =
        shutdown.add(
            EmbeddedDatabase.start(
                directory.file("postgres"),
                options.databaseBinaries(),
                DatabaseAccess.onFreePort(DatabasePasswords.load(secrets.databasePasswords()))));
    Tollgate.migrate(database);
  }

  @AfterEach
  void stop() {
    shutdown.close();
  }

  @Test
  void theAdminApiHasNothingOfTheGateway() {
    List<String> types = typesOf(startAdmin());
    assertThat(types).anyMatch(type -> type.startsWith("dev.tollgate.admin."));
    assertThat(types)
        .noneMatch(type -> type.startsWith("dev.tollgate.gateway."))
        .noneMatch(type -> type.startsWith("org.springframework.cloud."));
  }

  @Test
  void theGatewayHasNothingOfTheAdminApi() {
    startAdmin();
    List<String> types =
        typesOf(
            shutdown.add(
                Applications.startGateway(
                    wired(ApplicationProperties.gateway(options, secrets, database.access())),
                    metrics(),
                    new AdminHealth(),
                    StartSteps.NONE)));
    assertThat(types).anyMatch(type -> type.startsWith("dev.tollgate.gateway."));
    assertThat(types)
        .noneMatch(type -> type.startsWith("dev.tollgate.admin."))
        .noneMatch(type -> type.startsWith("org.springframework.security."))
        .noneMatch(type -> type.startsWith("org.flywaydb."))
        .noneMatch(type -> type.startsWith("org.springdoc."));
  }

  private ConfigurableApplicationContext startAdmin() {
    return shutdown.add(
        Applications.startAdmin(
            wired(ApplicationProperties.admin(options, secrets, database.access())), metrics()));
  }

  private static Applications.Settings wired(Map<String, Object> properties) {
    return new Applications.Settings(properties, Map.of());
  }

  private static PrometheusMeterRegistry metrics() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  private static List<String> typesOf(ConfigurableApplicationContext context) {
    return Arrays.stream(context.getBeanDefinitionNames())
        .map(context::getType)
        .filter(Objects::nonNull)
        .map(Class::getName)
        .toList();
  }
}
