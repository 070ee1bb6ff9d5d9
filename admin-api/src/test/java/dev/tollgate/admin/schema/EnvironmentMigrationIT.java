package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was there before templates and environments is there after them. */
class EnvironmentMigrationIT {
  private static final String ROWS =
      """
      INSERT INTO tollgate.organization (id, name) VALUES ('org_01', 'a');
      INSERT INTO tollgate.project (id, organization_id, name) VALUES ('prj_01', 'org_01', 'p');
      INSERT INTO tollgate.provider_kind (name, protocols, auth, definition) VALUES ('k', '{}', '{}', '{}');
      INSERT INTO tollgate.credential (id, organization_id, name, provider, auth_method, environment, created_by)
        VALUES ('crd_1', 'org_01', 'c', 'k', 'm', 'qa', 'root'), ('crd_2', 'org_01', 'd', 'k', 'm', 'production', 'root');
      INSERT INTO tollgate.service (id, organization_id, name, provider, resolved_base_url, priority, environment, created_by)
        VALUES ('svc_1', 'org_01', 's', 'k', 'https://x', 1, 'qa', 'root');
      INSERT INTO tollgate.virtual_key (id, organization_id, type, project_ids, name, environment, policy, last4, created_by)
        VALUES ('key_1', 'org_01', 'project', '{prj_01}', 'k', 'staging', '{"permissions":{"models":{"allowed":["a"]}}}',
                'abcd', 'root');
      INSERT INTO tollgate.virtual_key_digest (digest, pepper_version, key_id) VALUES ('x', 1, 'key_1');
      """;

  private static List<String> column(TestDatabase database, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.dataSource(Role.SUPERUSER).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  @Test
  void keepsEveryEnvironmentInUseAndEveryKeysPolicy() throws SQLException {
    try (TestDatabase database = TestDatabase.createAt("2")) {
      database.execute(Role.SUPERUSER, ROWS);
      database.migrate();
      assertThat(column(database, "SELECT name FROM tollgate.environment ORDER BY name"))
          .containsExactly("development", "production", "qa", "staging");
      assertThat(column(database, "SELECT DISTINCT environment FROM tollgate.credential"))
          .containsExactlyInAnyOrder("qa", "production");
      assertThat(column(database, "SELECT policy::text FROM gateway_v1.virtual_key"))
          .containsExactly("{\"permissions\": {\"models\": {\"allowed\": [\"a\"]}}}");
      assertThat(column(database, "SELECT DISTINCT left(id, 4) FROM tollgate.environment"))
          .containsExactly("env_");
    }
  }
}
