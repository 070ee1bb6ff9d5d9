package dev.tollgate.deploy.launcher.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A process that starts the database, commits something and is gone, as if killed. */
final class KilledStart {

  static final int HALTED = 77;

  private KilledStart() {}

  public static void main(String[] arguments) throws SQLException {
    Path directory = Path.of(arguments[0]);
    DatabasePasswords passwords =
        DatabasePasswords.load(directory.resolve("database-passwords.json"));
    EmbeddedDatabase database =
        EmbeddedDatabase.start(
            directory.resolve("postgres"),
            Path.of(arguments[1]),
            DatabaseAccess.onFreePort(passwords));
    try (Connection connection =
            DriverManager.getConnection(
                database.jdbcUrl(),
                DatabaseRole.SUPERUSER.user(),
                passwords.reveal(DatabaseRole.SUPERUSER));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT 'here' AS text");
    }
    Runtime.getRuntime().halt(HALTED);
  }
}
