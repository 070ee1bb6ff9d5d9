package dev.tollgate.deploy.launcher.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.deploy.launcher.LauncherException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Makes the database and the roles, as the superuser; run at every start, it changes nothing twice.
 */
final class RoleSetup {

  private static final String ROLES = "/dev/tollgate/admin/schema/roles.sql";

  private final EmbeddedPostgres server;
  private final String database;
  private final DatabasePasswords passwords;

  RoleSetup(EmbeddedPostgres server, String database, DatabasePasswords passwords) {
    this.server = server;
    this.database = database;
    this.passwords = passwords;
  }

  /**
   * Blocks until it is done.
   *
   * @throws LauncherException when the server refuses a step
   */
  void run() {
    try {
      createDatabase();
      try (Connection connection = connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute(rolesScript());
        setPasswords(statement);
      }
    } catch (SQLException e) {
      throw new LauncherException("cannot prepare the database's roles", e);
    }
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
      boolean missing = !found.next();
      if (missing) {
        statement.execute("CREATE DATABASE " + database);
      }
    }
  }

  /** Passwords are URL-safe Base64, so that none ends its literal; the server logs no statement. */
  private void setPasswords(Statement statement) throws SQLException {
    for (DatabaseRole role :
        List.of(DatabaseRole.MIGRATOR, DatabaseRole.ADMIN, DatabaseRole.GATEWAY)) {
      statement.execute("ALTER ROLE " + role.user() + " PASSWORD '" + passwords.reveal(role) + "'");
    }
  }

  private Connection connect(String name) throws SQLException {
    return server.getDatabase(DatabaseRole.SUPERUSER.user(), name).getConnection();
  }

  private static String rolesScript() {
    try (InputStream script = RoleSetup.class.getResourceAsStream(ROLES)) {
      if (script == null) {
        throw new IllegalStateException("the admin API's jar holds " + ROLES);
      }
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
