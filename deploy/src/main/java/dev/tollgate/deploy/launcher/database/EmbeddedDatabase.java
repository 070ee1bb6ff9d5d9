package dev.tollgate.deploy.launcher.database;

import dev.tollgate.deploy.launcher.LauncherException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A running PostgreSQL with Tollgate's database and roles. It is durable (fsync on), listens on
 * loopback only, and asks every user for a password from its first moment on: initdb itself gets
 * the superuser's.
 */
public final class EmbeddedDatabase implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** A log of one week in the cluster's own directory, without the values that statements carry. */
  private static final Map<String, String> SERVER =
      Map.ofEntries(
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("full_page_writes", "on"),
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("password_encryption", "scram-sha-256"),
          Map.entry("max_connections", "100"),
          Map.entry("logging_collector", "on"),
          Map.entry("log_filename", "postgres-%a.log"),
          Map.entry("log_truncate_on_rotation", "on"),
          Map.entry("log_rotation_age", "1d"),
          Map.entry("log_rotation_size", "0"),
          Map.entry("log_min_error_statement", "panic"),
          Map.entry("log_parameter_max_length_on_error", "0"));

  /** The same sort order and character classes on every machine, whatever its locales. */
  private static final Map<String, String> LOCALE =
      Map.of("locale", "C", "locale-provider", "builtin", "builtin-locale", "C.UTF-8");

  private final EmbeddedPostgres server;
  private final DatabaseAccess access;

  private EmbeddedDatabase(EmbeddedPostgres server, DatabaseAccess access) {
    this.server = server;
    this.access = access;
  }

  /**
   * Starts the server, stopping one that an earlier process left, and prepares database and roles.
   * Blocks; the first start takes some seconds.
   *
   * @param cluster where the data live; made when missing
   * @param binaries where the server's programs are unpacked; may be shared
   * @throws LauncherException when it does not start
   */
  public static EmbeddedDatabase start(Path cluster, Path binaries, DatabaseAccess access) {
    ClusterDirectory directory = new ClusterDirectory(cluster.toAbsolutePath());
    OrphanedServer.stop(directory.path());
    directory.setAsideIfUnfinished();
    UnpackedPrograms.removeUnfinished(binaries.toAbsolutePath());
    EmbeddedPostgres server = startServer(directory, binaries.toAbsolutePath(), access);
    EmbeddedDatabase database = new EmbeddedDatabase(server, access);
    try {
      new RoleSetup(server, DatabaseAccess.DATABASE, access.passwords()).run();
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static EmbeddedPostgres startServer(
      ClusterDirectory directory, Path binaries, DatabaseAccess access) {
    Path passwordFile = null;
    try {
      passwordFile = passwordFile(directory.path(), access.passwords());
      return builder(directory, binaries, access, passwordFile).start();
    } catch (IOException | RuntimeException e) {
      OrphanedServer.stop(directory.path());
      throw new LauncherException(
          "PostgreSQL does not start; its log is in " + directory.path().resolve("log"), e);
    } finally {
      delete(passwordFile);
    }
  }

  private static EmbeddedPostgres.Builder builder(
      ClusterDirectory directory, Path binaries, DatabaseAccess access, Path passwordFile) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.path())
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(binaries.toFile())
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_TIMEOUT)
            .setPort(access.port())
            .setConnectConfig("password", access.password(DatabaseRole.SUPERUSER))
            .setDataDirectoryCustomizer(ignored -> directory.writeClientAuthentication());
    SERVER.forEach(builder::setServerConfig);
    LOCALE.forEach(builder::setLocaleConfig);
    // These reach initdb behind zonky's "-A trust" and overrule it: no moment without a password.
    return builder
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", passwordFile.toString());
  }

  /** In the directory above the cluster's, which only its owner can enter. */
  private static Path passwordFile(Path cluster, DatabasePasswords passwords) throws IOException {
    Path parent = Files.createDirectories(Objects.requireNonNull(cluster.getParent()));
    Path file =
        Files.createTempFile(
            parent,
            "initdb",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, passwords.reveal(DatabaseRole.SUPERUSER) + "\n");
    return file;
  }

  private static void delete(@Nullable Path passwordFile) {
    try {
      if (passwordFile != null) {
        Files.deleteIfExists(passwordFile);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, and for whom. */
  public DatabaseAccess access() {
    return access;
  }

  public int port() {
    return access.port();
  }

  public String jdbcUrl() {
    return access.jdbcUrl();
  }

  public String r2dbcUrl() {
    return access.r2dbcUrl();
  }

  /** For a connection's properties; nobody may log it. */
  public String password(DatabaseRole role) {
    return access.password(role);
  }

  /** Stops the server; what was committed is on disk. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
