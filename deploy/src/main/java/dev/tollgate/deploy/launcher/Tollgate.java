package dev.tollgate.deploy.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.admin.AdminApplication;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.deploy.launcher.Applications.Settings;
import dev.tollgate.deploy.launcher.database.DatabaseAccess;
import dev.tollgate.deploy.launcher.database.DatabasePasswords;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import dev.tollgate.deploy.launcher.database.EmbeddedDatabase;
import dev.tollgate.deploy.launcher.database.StartingDatabase;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A running Tollgate: the embedded PostgreSQL, the gateway and the admin API in this process. The
 * gateway's parts are made beside the database. It serves as soon as the schema is known to be this
 * version's, and says that it is ready once the admin API serves too, so that whoever sees it ready
 * finds both: docs/adr/0012. Closing it drains the gateway's streams, then stops the admin API,
 * then the database.
 */
public final class Tollgate implements AutoCloseable {

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  private final Shutdown shutdown;
  private final EmbeddedDatabase database;
  private final SecretFiles secrets;
  private final AdminStart admin;
  private final ConfigurableApplicationContext gateway;

  private Tollgate(Shutdown shutdown, LauncherOptions options) {
    this.shutdown = shutdown;
    DataDirectory directory = shutdown.add(DataDirectory.open(options.dataDirectory()));
    Path cluster = directory.file("postgres");
    this.secrets = SecretFiles.in(directory);
    secrets.createMissing(Files.exists(cluster));
    DatabasePasswords passwords = DatabasePasswords.load(secrets.databasePasswords());
    DatabaseAccess access = DatabaseAccess.onFreePort(passwords);
    AtomicBoolean migrated = new AtomicBoolean();
    StartingDatabase starting =
        shutdown.add(
            StartingDatabase.begin(
                () -> EmbeddedDatabase.start(cluster, options.databaseBinaries(), access),
                database -> migrated.set(migrate(database))));
    Map<String, Object> defaults = ApplicationProperties.defaults(BundledCountries.in(directory));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AdminHealth adminHealth = new AdminHealth();
    Settings adminSettings =
        new Settings(ApplicationProperties.admin(options, secrets, access), defaults);
    // started within the gateway's start, and yet closed after the gateway
    AdminStart adminStart =
        shutdown.add(new AdminStart(() -> startAdmin(adminSettings, metrics, adminHealth)));
    StartingContext gatewayStart = shutdown.add(new StartingContext());
    StartSteps steps =
        new StartSteps(
            () -> {
              starting.await();
              if (migrated.get()) {
                // what the gateway serves by is not all there: the admin API writes the catalogues
                var _ = adminStart.context();
              }
              gatewayStart.begins();
              shutdown.requireNotBegun();
            },
            context -> {
              gatewayStart.serves(context);
              shutdown.requireNotBegun();
              var _ = adminStart.context();
            });
    try {
      this.gateway =
          Applications.startGateway(
              new Settings(ApplicationProperties.gateway(options, secrets, access), defaults),
              metrics,
              adminHealth,
              steps);
    } finally {
      gatewayStart.ended();
    }
    this.database = starting.await();
    this.admin = adminStart;
  }

  private static ConfigurableApplicationContext startAdmin(
      Settings settings, PrometheusMeterRegistry metrics, AdminHealth health) {
    ConfigurableApplicationContext started = Applications.startAdmin(settings, metrics);
    health.askAt(Applications.port(started, "server"));
    return started;
  }

  /**
   * Brings the schema up to date; both applications need it. Blocks. Returns whether it was not.
   */
  static boolean migrate(EmbeddedDatabase database) {
    return AdminApplication.migrate(
        database.jdbcUrl(), DatabaseRole.MIGRATOR.user(), database.password(DatabaseRole.MIGRATOR));
  }

  /**
   * Starts everything and returns when both applications say that they are ready. Blocks.
   *
   * @throws LauncherException when something does not start; nothing is left running
   */
  public static Tollgate start(LauncherOptions options) {
    return start(options, new Shutdown());
  }

  static Tollgate start(LauncherOptions options, Shutdown shutdown) {
    Logging.setUp();
    try {
      Tollgate tollgate = new Tollgate(shutdown, options);
      Readiness readiness = new Readiness(READY_TIMEOUT, shutdown);
      readiness.await(tollgate.adminUrl());
      readiness.await(tollgate.gatewayUrl());
      return tollgate;
    } catch (RuntimeException e) {
      shutdown.close();
      throw e;
    }
  }

  public URI gatewayUrl() {
    return local(Applications.port(gateway, "server"));
  }

  public URI adminUrl() {
    return local(Applications.port(admin.context(), "server"));
  }

  public URI managementUrl() {
    return local(Applications.port(gateway, "management"));
  }

  /** May do everything in every organization. */
  public SecretString rootKey() {
    byte[] content = SecretFile.read(secrets.rootKey()).reveal(SecretAccess.granted());
    return SecretString.of(new String(content, US_ASCII).strip());
  }

  /** For tests that look into the database. */
  public EmbeddedDatabase database() {
    return database;
  }

  @Override
  public void close() {
    shutdown.close();
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
