package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A change of each table tells the gateways what to forget: in the log and by NOTIFY. */
class ChangeLogIT {

  /** An organization with one project, and a row of everything in both. */
  private static final String ROWS =
      """
      INSERT INTO tollgate.organization (id, name) VALUES ('org_1', 'o');
      INSERT INTO tollgate.project (id, organization_id, name) VALUES ('prj_1', 'org_1', 'p');
      INSERT INTO tollgate.provider_kind (name, protocols, auth, definition) VALUES ('openai', '{openai}', '{}', '{}');
      INSERT INTO tollgate.data_key (id, organization_id, project_id, kek_id, wrapped)
        VALUES ('dek_p', 'org_1', 'prj_1', 'k', ''), ('dek_o', 'org_1', NULL, 'k', '');
      INSERT INTO tollgate.credential (id, organization_id, project_id, name, provider, auth_method, created_by)
        VALUES ('crd_p', 'org_1', 'prj_1', 'c', 'openai', 'api_key', 'root'),
               ('crd_o', 'org_1', NULL, 'c', 'openai', 'api_key', 'root');
      INSERT INTO tollgate.credential_version (credential_id, version, sealed, data_key_id, allowed_hosts, current, created_by)
        VALUES ('crd_p', 1, '', 'dek_p', '{}', true, 'root'), ('crd_o', 1, '', 'dek_o', '{}', true, 'root');
      INSERT INTO tollgate.service (id, organization_id, project_id, name, provider, resolved_base_url, priority, created_by)
        VALUES ('svc_p', 'org_1', 'prj_1', 's', 'openai', 'u', 1, 'root'), ('svc_o', 'org_1', NULL, 't', 'openai', 'u', 1, 'root');
      INSERT INTO tollgate.service_project (project_id, service_id, name) VALUES ('prj_1', 'svc_p', 's');
      INSERT INTO tollgate.virtual_key (id, organization_id, type, project_ids, name, policy, last4, created_by)
        VALUES ('key_p', 'org_1', 'project', '{prj_1}', 'k', '{}', 'abcd', 'root'),
               ('key_o', 'org_1', 'organization', NULL, 'k', '{}', 'abcd', 'root');
      INSERT INTO tollgate.team (id, organization_id, name) VALUES ('team_1', 'org_1', 't');
      INSERT INTO tollgate.member (id, organization_id, type, name, role, team_ids, created_by)
        VALUES ('usr_1', 'org_1', 'person', 'u', 'developer', '{team_1}', 'root');
      INSERT INTO tollgate.virtual_key (id, organization_id, type, team_id, user_id, project_ids, name, policy, last4, created_by)
        VALUES ('key_t', 'org_1', 'team', 'team_1', NULL, '{prj_9}', 'k', '{}', 'abcd', 'root'),
               ('key_u', 'org_1', 'user', NULL, 'usr_1', '{prj_9}', 'k', '{}', 'abcd', 'root');
      INSERT INTO tollgate.virtual_key_digest (digest, pepper_version, key_id) VALUES ('x', 1, 'key_p');
      INSERT INTO tollgate.token_signing_key (kid, algorithm, public_jwk) VALUES ('kid_1', 'EdDSA', '{}');
      INSERT INTO tollgate.project_token (jti, organization_id, project_id, expires_at, created_by)
        VALUES ('tok_1', 'org_1', 'prj_1', now() + interval '1 day', 'root');
      INSERT INTO tollgate.price (id, provider, model, effective_from, components, source, source_date, created_by)
        VALUES ('prc_1', 'openai', 'm', now(), '{}', 's', '2026-01-01', 'root');
      """;

  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    database.execute(Role.ADMIN, ROWS);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE tollgate.organization SET policy = '{}' | organization:org_1",
        "UPDATE tollgate.project SET name = 'q' | project:prj_1",
        "UPDATE tollgate.project SET policy = '{\"security\":{\"network_restrictions\":{\"allowed_origins\":[\"https://a.b\"]}}}' | project:prj_1 origins",
        "UPDATE tollgate.project SET deleted_at = now() | project:prj_1 key:key_p key:key_o",
        "UPDATE tollgate.organization SET deleted_at = now() | organization:org_1 project:prj_1 key:key_p key:key_o key:key_t key:key_u",
        "INSERT INTO tollgate.project (id, organization_id, name) VALUES ('prj_2', 'org_1', 'p') | project:prj_2 key:key_o",
        "UPDATE tollgate.provider_kind SET definition = '{\"a\":1}' | organization:org_1",
        "UPDATE tollgate.provider_kind SET updated_at = now() | ''",
        "UPDATE tollgate.data_key SET kek_id = 'l' WHERE id = 'dek_p' | project:prj_1",
        "UPDATE tollgate.data_key SET kek_id = 'l' WHERE id = 'dek_o' | organization:org_1",
        "UPDATE tollgate.credential SET environment = 'staging' WHERE id = 'crd_p' | project:prj_1",
        "UPDATE tollgate.credential SET environment = 'staging' WHERE id = 'crd_o' | organization:org_1",
        "DELETE FROM tollgate.credential WHERE id = 'crd_p' | project:prj_1",
        "UPDATE tollgate.credential_version SET sealed = 'y' WHERE credential_id = 'crd_p' | project:prj_1",
        "UPDATE tollgate.credential_version SET sealed = 'y' WHERE credential_id = 'crd_o' | organization:org_1",
        "DELETE FROM tollgate.credential_version WHERE credential_id = 'crd_o' | organization:org_1",
        "UPDATE tollgate.service SET weight = 2 WHERE id = 'svc_p' | project:prj_1",
        "UPDATE tollgate.service SET weight = 2 WHERE id = 'svc_o' | organization:org_1",
        "INSERT INTO tollgate.service_project VALUES ('prj_1', 'svc_o', 't') | project:prj_1",
        "DELETE FROM tollgate.service_project | project:prj_1",
        "DELETE FROM tollgate.service WHERE id = 'svc_o' | organization:org_1",
        "UPDATE tollgate.virtual_key SET disabled = true WHERE id = 'key_p' | key:key_p",
        "DELETE FROM tollgate.virtual_key WHERE id = 'key_o' | key:key_o",
        "UPDATE tollgate.virtual_key_digest SET valid_until = now() | key:key_p",
        "INSERT INTO tollgate.virtual_key_digest VALUES ('y', 1, 'key_o') | key:key_o",
        "DELETE FROM tollgate.virtual_key_digest | key:key_p",
        "UPDATE tollgate.token_signing_key SET retired_at = now() | token-keys",
        "INSERT INTO tollgate.token_signing_key VALUES ('kid_2', 'EdDSA', '{}') | token-keys",
        "UPDATE tollgate.project_token SET revoked_at = now() | project:prj_1",
        "UPDATE tollgate.project_token SET metadata = '{\"a\":1}' | ''",
        "UPDATE tollgate.team SET policy = '{}' | key:key_t key:key_u",
        "UPDATE tollgate.member SET disabled = true | key:key_u",
        "INSERT INTO tollgate.price (id, organization_id, provider, model, effective_from, components, created_by) VALUES ('prc_2', 'org_1', 'openai', 'm', now(), '{}', 'root') | prices",
        "DELETE FROM tollgate.price | prices",
        "UPDATE tollgate.project SET unknown_price = 'deny' | project:prj_1",
        "UPDATE tollgate.organization SET unknown_price = 'deny' | organization:org_1",
        "INSERT INTO tollgate.last_use VALUES ('key_p', now()) | ''",
      })
  void aChangeIsLoggedAndNotified(String statement, String targets) throws SQLException {
    Set<String> expected = targets.isEmpty() ? Set.of() : new TreeSet<>(Set.of(targets.split(" ")));
    assertThat(logged(statement)).isEqualTo(expected);
    assertThat(notified(statement)).isEqualTo(expected);
  }

  @Test
  void theLogNamesTheTransactionSoThatALateCommitIsNotMissed() throws SQLException {
    try (Connection slow = database.dataSource(Role.ADMIN).getConnection();
        Statement change = slow.createStatement()) {
      slow.setAutoCommit(false);
      change.execute("UPDATE tollgate.token_signing_key SET algorithm = 'EdDSA'");
      database.execute(
          Role.ADMIN, "UPDATE tollgate.virtual_key SET version = 5 WHERE id = 'key_o'");
      String horizon = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
      slow.commit();
      assertThat(
              text(
                  "SELECT count(*)::text FROM gateway_v1.change WHERE target = 'token-keys' AND xid >= '"
                      + horizon
                      + "'::xid8"))
          .isEqualTo("1");
    }
  }

  /** What the statement logs, in a transaction that is rolled back. */
  private static Set<String> logged(String statement) throws SQLException {
    try (Connection connection = database.dataSource(Role.ADMIN).getConnection();
        Statement change = connection.createStatement()) {
      connection.setAutoCommit(false);
      change.execute(statement);
      Set<String> targets = new TreeSet<>();
      try (ResultSet rows =
          change.executeQuery(
              "SELECT target FROM tollgate.change WHERE xid = pg_current_xact_id()")) {
        while (rows.next()) {
          assertThat(targets.add(rows.getString(1))).as("once").isTrue();
        }
      }
      connection.rollback();
      return targets;
    }
  }

  /** What the statement notifies; a NOTIFY is sent by a commit only, so it runs on a copy. */
  private static Set<String> notified(String statement) throws SQLException {
    try (TestDatabase copy = TestDatabase.create()) {
      copy.execute(Role.ADMIN, ROWS);
      try (Connection gateway = copy.dataSource(Role.GATEWAY).getConnection();
          Statement listen = gateway.createStatement()) {
        listen.execute("LISTEN tollgate_change");
        copy.execute(Role.ADMIN, statement);
        listen.execute("SELECT 1"); // what was committed before this has arrived with its answer
        Set<String> targets = new TreeSet<>();
        for (PGNotification one : gateway.unwrap(PGConnection.class).getNotifications()) {
          String[] change = one.getParameter().split(" ");
          assertThat(change).hasSize(2);
          assertThat(change[1]).as("its transaction").matches("[0-9]+");
          targets.add(change[0]);
        }
        return targets;
      }
    }
  }

  private static String text(String sql) throws SQLException {
    try (Connection connection = database.dataSource(Role.GATEWAY).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
