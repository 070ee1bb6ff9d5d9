package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsIT {

  /** Fails as well if Flyway's checksums are no longer what is compared with them. */
  @Test
  void knowsTheSchemaThatFlywayLeaves() {
    try (TestDatabase database = TestDatabase.create()) {
      assertThat(areThoseOf(database)).isTrue();
    }
  }

  @Test
  void leavesAnEarlierSchemaToFlyway() {
    try (TestDatabase database = TestDatabase.createAt("23")) {
      assertThat(areThoseOf(database)).isFalse();
      database.migrate();
      assertThat(areThoseOf(database)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE tollgate.flyway_schema_history SET checksum = checksum + 1 WHERE version = '1'",
        "UPDATE tollgate.flyway_schema_history SET checksum = NULL WHERE version = '1'",
        "UPDATE tollgate.flyway_schema_history SET success = false WHERE version = '2'",
        "UPDATE tollgate.flyway_schema_history SET script = 'V3__another.sql' WHERE version = '3'",
        "DELETE FROM tollgate.flyway_schema_history WHERE version = '4'",
        """
        INSERT INTO tollgate.flyway_schema_history
        SELECT 1000, '1000', 'later', type, 'V1000__later.sql', 1, installed_by, now(), 1, true
        FROM tollgate.flyway_schema_history WHERE version = '1'\
        """,
        "DROP SCHEMA tollgate CASCADE",
      })
  void leavesWhatIsNotExactlyOursToFlyway(String change) throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      try (Connection connection = database.dataSource(Role.SUPERUSER).getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(change);
      }
      assertThat(areThoseOf(database)).isFalse();
    }
  }

  private static boolean areThoseOf(TestDatabase database) {
    try (Connection connection = database.dataSource(Role.MIGRATOR).getConnection()) {
      return Migrations.areThoseOf(
          connection.getMetaData().getURL(), Role.MIGRATOR.user(), Role.MIGRATOR.password());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
