package dev.tollgate.admin;

import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.TestDatabase.Role;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Organizations, projects and admin keys put straight into the tables, and a look at any table. */
public final class Tenants {
  private final AdminServer server;
  private final Ids ids;

  public Tenants(AdminServer server) {
    this.server = server;
    this.ids = server.context().getBean(Ids.class);
  }

  public String organization() {
    String id = ids.next("org");
    run("INSERT INTO tollgate.organization (id, name) VALUES (?, ?)", id, id);
    return id;
  }

  public String project(String organization) {
    String id = ids.next("prj");
    run(
        "INSERT INTO tollgate.project (id, organization_id, name) VALUES (?, ?, ?)",
        id,
        organization,
        id);
    return id;
  }

  /**
   * A client with an admin key of this role in this organization; the projects are a developer's.
   */
  public Client member(String role, @Nullable String organization, String... projects) {
    SecretString key = OpaqueKey.generate(KeyKind.ADMIN_KEY);
    KeyDigest digest = server.context().getBean(KeyDigester.class).digest(key);
    run(
        """
        INSERT INTO tollgate.admin_key
          (id, organization_id, name, role, project_ids, pepper_version, digest, last4, created_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, '0000', 'test')\
        """,
        ids.next("adm"),
        organization,
        role,
        role,
        projects,
        digest.pepperVersion(),
        digest.value());
    return server.as(key.reveal(SecretAccess.granted()));
  }

  /** JSON text, with single quotes for double ones; each %s is the next value. */
  public static String json(String text, Object... values) {
    String filled = text;
    for (Object value : values) {
      int at = filled.indexOf("%s");
      filled = filled.substring(0, at) + value + filled.substring(at + 2);
    }
    return filled.replace('\'', '"');
  }

  /** Runs a statement as superuser. */
  public void run(String sql, @Nullable Object... parameters) {
    query(sql, parameters);
  }

  /** The first column of what a statement finds, as superuser. */
  public List<String> query(String sql, @Nullable Object... parameters) {
    try (Connection connection = server.database().dataSource(Role.SUPERUSER).getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, sqlValue(connection, parameters[i]));
      }
      return statement.execute() ? firstColumn(statement.getResultSet()) : List.of();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static @Nullable Object sqlValue(Connection connection, @Nullable Object value)
      throws SQLException {
    if (value instanceof String[] texts) {
      Array array = connection.createArrayOf("text", texts);
      return array;
    }
    return value;
  }

  private static List<String> firstColumn(ResultSet rows) throws SQLException {
    List<String> found = new ArrayList<>();
    while (rows.next()) {
      String value = rows.getString(1);
      found.add(value == null ? "null" : value);
    }
    return found;
  }
}
