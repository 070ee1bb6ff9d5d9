package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway's database role can do, and that nothing else works. */
class GatewayRoleIT {

  private static final String INSERT_USAGE =
      """
      SELECT gateway_v1.store_usage('rep_1', '[{"id":"use_1","started_at":"2026-11-21T00:00:00Z",
        "finished_at":"2026-11-21T00:00:01Z","request_id":"r","organization_id":"org_1","project_id":"prj_1",
        "protocol":"openai","operation":"chat_completion","status":200,"outcome":"completed","streamed":true,
        "latency_ms":5,"attempts":1,"unpriced":true,"metadata":{}}]')\
      """;

  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtual_key",
        "project",
        "service",
        "credential",
        "data_key",
        "token_key",
        "allowed_origin",
        "price",
        "answered_model",
        "change"
      })
  void readsItsViews(String view) {
    database.execute(Role.GATEWAY, "SELECT * FROM gateway_v1." + view);
  }

  @Test
  void storesAUsageEventOnce() throws SQLException {
    database.execute(Role.GATEWAY, INSERT_USAGE);
    database.execute(Role.GATEWAY, INSERT_USAGE);
    assertThat(column(Role.SUPERUSER, "SELECT unpriced::text FROM tollgate.usage_event"))
        .containsExactly("true");
  }

  @Test
  void putsIntoTheInbox() throws SQLException {
    database.execute(
        Role.GATEWAY,
        "INSERT INTO gateway_v1.inbox (id, at, kind, key_id) VALUES ('inb_1', now(), 'key_used', 'key_1')");
    assertThat(column(Role.SUPERUSER, "SELECT id FROM tollgate.inbox")).containsExactly("inb_1");
  }

  @Test
  void seesNoTableAtAll() throws SQLException {
    List<String> tables =
        column(
            Role.SUPERUSER,
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'tollgate'");
    assertThat(tables).hasSizeGreaterThan(15);
    for (String table : tables) {
      for (String statement :
          List.of("SELECT 1 FROM ", "DELETE FROM ", "TRUNCATE ", "LOCK TABLE ")) {
        assertDenied(Role.GATEWAY, statement + table);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT request_id FROM gateway_v1.usage_event",
        "SELECT * FROM gateway_v1.usage_event",
        "INSERT INTO gateway_v1.usage_event (id) VALUES ('use_2')",
        "UPDATE gateway_v1.usage_event SET status = 200",
        "DELETE FROM gateway_v1.usage_event",
        "SELECT caller_id FROM gateway_v1.access_event",
        "UPDATE gateway_v1.access_event SET outcome = 'completed'",
        "DELETE FROM gateway_v1.access_event",
        "SELECT id FROM gateway_v1.inbox",
        "UPDATE gateway_v1.inbox SET kind = 'key_used'",
        "DELETE FROM gateway_v1.inbox",
        "INSERT INTO gateway_v1.change (target) VALUES ('x')",
        "DELETE FROM gateway_v1.change",
        "UPDATE gateway_v1.virtual_key SET disabled = false",
        "DELETE FROM gateway_v1.data_key",
        "UPDATE gateway_v1.data_key SET wrapped = ''",
        "DELETE FROM gateway_v1.price",
        "UPDATE gateway_v1.token_key SET public_jwk = '{}'",
        "SELECT tollgate.note_change('x')",
        "CREATE TABLE public.x (id int)",
        "CREATE TABLE gateway_v1.x (id int)",
        "CREATE TEMPORARY TABLE x (id int)",
        "CREATE SCHEMA x",
        "SET ROLE tollgate_admin",
        "SELECT pg_read_file('/etc/hostname')",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
      })
  void mayDoNothingElse(String statement) {
    assertDenied(Role.GATEWAY, statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE tollgate.audit_event SET action = 'x'",
        "DELETE FROM tollgate.audit_event",
        "TRUNCATE tollgate.audit_event",
        "INSERT INTO tollgate.change (target) VALUES ('x')",
        "UPDATE tollgate.usage_event SET status = 200",
        "INSERT INTO tollgate.access_event (id) VALUES ('evt_1')",
        "UPDATE tollgate.access_event SET outcome = 'completed'",
        "UPDATE tollgate.price SET components = '{}'",
        "DROP TABLE tollgate.audit_event",
        "CREATE TABLE tollgate.x (id int)",
        "SELECT * FROM gateway_v1.credential",
      })
  void theAdminRoleCannotRewriteHistoryNorTheSchema(String statement) {
    assertDenied(Role.ADMIN, statement);
  }

  @Test
  void viewsHaveTheContractedColumns() throws SQLException {
    for (Map.Entry<String, String> view : GatewayViews.COLUMNS.entrySet()) {
      assertThat(columnsOf(view.getKey())).as(view.getKey()).isEqualTo(view.getValue());
    }
    assertThat(
            column(Role.SUPERUSER, "SELECT viewname FROM pg_views WHERE schemaname = 'gateway_v1'"))
        .containsExactlyInAnyOrderElementsOf(GatewayViews.COLUMNS.keySet());
  }

  private static String columnsOf(String view) throws SQLException {
    return String.join(
        ", ",
        column(
            Role.SUPERUSER,
            """
            SELECT attname || ' ' || format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = 'gateway_v1.%s'::regclass AND attnum > 0 ORDER BY attnum\
            """
                .formatted(view)));
  }

  private static void assertDenied(Role role, String sql) {
    assertThatThrownBy(() -> run(role, sql))
        .as(sql)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).as(sql).isIn("42501", "55000"));
  }

  private static void run(Role role, String sql) throws SQLException {
    try (Connection connection = database.dataSource(role).getConnection();
        Statement statement = connection.createStatement()) {
      // LOCK TABLE asks for a transaction before it asks for the privilege.
      connection.setAutoCommit(false);
      statement.execute(sql);
      connection.rollback();
    }
  }

  private static List<String> column(Role role, String sql) throws SQLException {
    try (Connection connection = database.dataSource(role).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
