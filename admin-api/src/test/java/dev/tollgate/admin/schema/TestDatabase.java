package dev.tollgate.admin.schema;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * A database of its own with Tollgate's roles and schema, on one real PostgreSQL for the whole JVM.
 *
 * <p>The first one is migrated and serves as template, so that each further one costs some 50 ms.
 * The server ends with the JVM; a database that is not closed ends with it.
 */
public final class TestDatabase implements AutoCloseable {

  /** The roles of roles.sql, and the superuser that a test uses to look at everything. */
  public enum Role {
    MIGRATOR("tollgate_migrator"),
    ADMIN("tollgate_admin"),
    GATEWAY("tollgate_gateway"),
    SUPERUSER("postgres");

    private final String user;

    Role(String user) {
      this.user = user;
    }

    public String user() {
      return user;
    }

    public String password() {
      return "test-" + user;
    }
  }

  private static final String TEMPLATE = "tollgate_template";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  /** A fresh, migrated, empty database. */
  public static TestDatabase create() {
    String name = "tollgate_test_" + NUMBER.incrementAndGet();
    execute(Server.maintenance(), "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    TestDatabase database = new TestDatabase(name);
    execute(database.dataSource(Role.SUPERUSER), Server.rolesScript());
    return database;
  }

  /** A fresh one as an earlier version of the schema left it. */
  static TestDatabase createAt(String version) {
    String name = "tollgate_test_" + NUMBER.incrementAndGet();
    execute(Server.maintenance(), "CREATE DATABASE " + name);
    TestDatabase database = new TestDatabase(name);
    execute(database.dataSource(Role.SUPERUSER), Server.rolesScript());
    Server.migrate(database.dataSource(Role.MIGRATOR), version);
    return database;
  }

  void migrate() {
    Server.migrate(dataSource(Role.MIGRATOR), "latest");
  }

  public String name() {
    return name;
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return Server.POSTGRES.getPort();
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), name);
  }

  public String r2dbcUrl() {
    return "r2dbc:postgresql://%s:%d/%s".formatted(host(), port(), name);
  }

  /** Connects anew for every connection asked for. */
  public DataSource dataSource(Role role) {
    return Server.POSTGRES.getDatabase(role.user(), name);
  }

  public void execute(Role role, String sql) {
    execute(dataSource(role), sql);
  }

  /**
   * What an application of the given role needs in its configuration; the admin API also gets
   * Flyway's.
   */
  public Map<String, String> properties(Role role) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("spring.r2dbc.url", r2dbcUrl());
    properties.put("spring.r2dbc.username", role.user());
    properties.put("spring.r2dbc.password", role.password());
    if (role == Role.ADMIN) {
      properties.put("spring.flyway.url", jdbcUrl());
      properties.put("spring.flyway.user", Role.MIGRATOR.user());
      properties.put("spring.flyway.password", Role.MIGRATOR.password());
    }
    return properties;
  }

  @Override
  public void close() {
    execute(Server.maintenance(), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private static void execute(DataSource dataSource, String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  /** Started when first used. */
  private static final class Server {

    static final EmbeddedPostgres POSTGRES = start();

    static DataSource maintenance() {
      return POSTGRES.getPostgresDatabase();
    }

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
        makeTemplate(postgres);
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException("no PostgreSQL for the tests", e);
      }
    }

    private static void makeTemplate(EmbeddedPostgres postgres) {
      execute(postgres.getPostgresDatabase(), "CREATE DATABASE " + TEMPLATE);
      DataSource template = postgres.getDatabase("postgres", TEMPLATE);
      execute(template, rolesScript());
      for (Role role : Role.values()) {
        execute(template, "ALTER ROLE %s PASSWORD '%s'".formatted(role.user(), role.password()));
      }
      migrate(postgres.getDatabase(Role.MIGRATOR.user(), TEMPLATE), "latest");
    }

    static void migrate(DataSource dataSource, String target) {
      Flyway.configure()
          .dataSource(dataSource)
          .locations("classpath:" + Migrations.FOLDER)
          .defaultSchema("tollgate")
          .schemas("tollgate")
          .createSchemas(false)
          .target(target)
          .load()
          .migrate();
    }

    static String rolesScript() {
      try (InputStream script = TestDatabase.class.getResourceAsStream("roles.sql")) {
        if (script == null) {
          throw new IllegalStateException("roles.sql is not on the class path");
        }
        return new String(script.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
