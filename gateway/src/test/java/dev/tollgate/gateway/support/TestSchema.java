package dev.tollgate.gateway.support;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A real PostgreSQL with the schema that the admin API makes, read from its sources: the gateway is
 * built before it and must not depend on it.
 */
public final class TestSchema implements AutoCloseable {

  private static final Path ADMIN_RESOURCES = Path.of("../admin-api/src/main/resources");
  private static final String GATEWAY = "tollgate_gateway";
  private static final String MIGRATOR = "tollgate_migrator";
  private static final String SUPERUSER = "postgres";

  private final EmbeddedPostgres postgres;

  private TestSchema(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  public static TestSchema create() {
    try {
      TestSchema schema = new TestSchema(EmbeddedPostgres.start());
      schema.run(
          SUPERUSER,
          Files.readString(ADMIN_RESOURCES.resolve("dev/tollgate/admin/schema/roles.sql")));
      for (Path migration : migrations()) {
        schema.run(MIGRATOR, Files.readString(migration));
      }
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> migrations() throws IOException {
    try (Stream<Path> files = Files.list(ADMIN_RESOURCES.resolve("db/tollgate/migration"))) {
      return files.sorted(Comparator.comparing(TestSchema::version)).toList();
    }
  }

  /** As Flyway reads it: V3 before V3_1 before V10. */
  private static ModuleDescriptor.Version version(Path migration) {
    String name = migration.getFileName().toString();
    return ModuleDescriptor.Version.parse(name.substring(1, name.indexOf("__")).replace('_', '.'));
  }

  /** Unpooled connections of the gateway's role. */
  public ConnectionFactory asGateway() {
    return new PostgresqlConnectionFactory(
        PostgresqlConnectionConfiguration.builder()
            .host("127.0.0.1")
            .port(postgres.getPort())
            .database(SUPERUSER)
            .username(GATEWAY)
            .password("unused")
            .build());
  }

  /** Runs statements as the superuser, in one transaction. */
  public void execute(String sql) {
    run(SUPERUSER, sql);
  }

  /** The first column of what the superuser sees. */
  public List<String> column(String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  /** A connection of the superuser, for a transaction that the test holds open. */
  public Connection connection() throws SQLException {
    return dataSource(SUPERUSER).getConnection();
  }

  private DataSource dataSource(String user) {
    return postgres.getDatabase(user, SUPERUSER);
  }

  private void run(String user, String sql) {
    try (Connection connection = dataSource(user).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
