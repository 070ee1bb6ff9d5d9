package dev.tollgate.deploy.money;

import dev.tollgate.deploy.launcher.database.DatabaseRole;
import dev.tollgate.deploy.launcher.database.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Tollgate has noted, as it stands in the database. */
final class Books {

  private final EmbeddedDatabase database;

  Books(EmbeddedDatabase database) {
    this.database = database;
  }

  /**
   * A usage row.
   *
   * @param requestId the call's id
   * @param cost in micro-dollars; null: unknown
   */
  record Row(String requestId, String keyId, String outcome, int status, @Nullable Long cost) {}

  /** A window of a budget. */
  record Budget(String subject, long cap, long spent, long leased, long overrun) {}

  List<Row> rows(String projectId) {
    return query(
        """
        SELECT request_id, key_id, outcome, status, cost_micro_usd
          FROM tollgate.usage_event WHERE project_id = ?\
        """,
        projectId,
        found ->
            new Row(
                found.getString(1),
                found.getString(2),
                found.getString(3),
                found.getInt(4),
                found.getObject(5, Long.class)));
  }

  /**
   * Of a project, its organization and teams and its keys, by subject; each has budgets of one kind
   * only.
   */
  Map<String, Budget> budgets(String projectId) {
    return query(
            """
            SELECT subject, cap, spent, leased, overrun
              FROM tollgate.budget, (SELECT ?::text AS project) AS asked
             WHERE subject = 'project:' || project
                OR subject IN (SELECT 'organization:' || organization_id FROM tollgate.project WHERE id = project)
                OR subject IN (SELECT 'team:' || team_id FROM tollgate.virtual_key
                                WHERE project = ANY (project_ids))
                OR subject IN (SELECT 'key:' || id FROM tollgate.virtual_key
                                WHERE project = ANY (project_ids))\
            """,
            projectId,
            found ->
                new Budget(
                    found.getString(1),
                    found.getLong(2),
                    found.getLong(3),
                    found.getLong(4),
                    found.getLong(5)))
        .stream()
        .collect(Collectors.toMap(Budget::subject, Function.identity()));
  }

  /** Whether the database takes connections. */
  boolean areOpen() {
    try {
      return rows("none").isEmpty();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private interface Reading<T> {
    T of(ResultSet found) throws SQLException;
  }

  private <T> List<T> query(String sql, String parameter, Reading<T> reading) {
    List<T> rows = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(
                database.jdbcUrl(),
                DatabaseRole.ADMIN.user(),
                database.password(DatabaseRole.ADMIN));
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows.add(reading.of(found));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
