package dev.tollgate.benchmark.subject;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.benchmark.load.KeyRing;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.deploy.launcher.database.DatabasePasswords;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Virtual keys by the hundred thousand, written into the database behind the admin API's back: they
 * are copies of one that it made, each with a secret of its own. No gateway is told of them, as of
 * keys that were made while it did not run.
 */
public final class ManyKeys {

  private static final int BATCH = 10_000;

  /** As the superuser of one's own data directory: no triggers, since there is nobody to tell. */
  private static final String WITHOUT_TRIGGERS = "SET session_replication_role = replica";

  private static final String COPIES =
      """
      INSERT INTO tollgate.virtual_key
             (id, organization_id, type, project_ids, name, policy, effective_policy, last4, created_by)
      SELECT 'key_bench_' || i, organization_id, type, project_ids, 'bench ' || i, policy,
             effective_policy, last4, created_by
        FROM tollgate.virtual_key, generate_series(?, ?) AS i
       WHERE name = ?
      """;

  private static final String DIGESTS =
      """
      INSERT INTO tollgate.virtual_key_digest (digest, pepper_version, key_id)
      SELECT digest, ?, 'key_bench_' || (? + number - 1)
        FROM unnest(?) WITH ORDINALITY AS of_batch (digest, number)
      """;

  private final String url;
  private final String password;
  private final KeyDigester digester;
  private final String original;
  private final byte[] keys;
  private int count;

  /**
   * None so far.
   *
   * @param data directory of a launcher that runs
   * @param port of its database
   * @param original name of the key that they are copies of
   * @param most how many there may be
   */
  ManyKeys(Path data, int port, String original, int most) {
    this.url = "jdbc:postgresql://127.0.0.1:" + port + "/tollgate";
    this.password =
        DatabasePasswords.load(data.resolve("database-passwords.json"))
            .reveal(DatabaseRole.SUPERUSER);
    this.digester = new KeyDigester(PepperSet.load(data.resolve("pepper.json")));
    this.original = original;
    this.keys = new byte[Math.multiplyExact(most, OpaqueKey.LENGTH)];
  }

  /** Makes more of them, up to so many. Blocks. */
  public void grow(int wanted) {
    try (Connection connection =
        DriverManager.getConnection(url, DatabaseRole.SUPERUSER.user(), password)) {
      execute(connection, WITHOUT_TRIGGERS);
      insert(connection, count, wanted);
      while (count < wanted) {
        digest(connection, Math.min(BATCH, wanted - count));
      }
      execute(connection, "ANALYZE tollgate.virtual_key, tollgate.virtual_key_digest");
    } catch (SQLException e) {
      throw new IllegalStateException("keys could not be made", e);
    }
  }

  /** Some of them for a load. */
  public KeyRing ring(int used, boolean everyOneFirst) {
    return KeyRing.of(keys, OpaqueKey.LENGTH, used, everyOneFirst);
  }

  private void insert(Connection connection, int from, int to) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COPIES)) {
      statement.setInt(1, from);
      statement.setInt(2, to - 1);
      statement.setString(3, original);
      int made = statement.executeUpdate();
      if (made != to - from) {
        throw new IllegalStateException(made + " keys were made of " + (to - from));
      }
    }
  }

  private void digest(Connection connection, int some) throws SQLException {
    byte[][] digests = new byte[some][];
    int version = 0;
    for (int i = 0; i < some; i++) {
      String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());
      byte[] characters = key.getBytes(US_ASCII);
      System.arraycopy(characters, 0, keys, (count + i) * OpaqueKey.LENGTH, OpaqueKey.LENGTH);
      KeyDigest digest = digester.digest(key);
      version = digest.pepperVersion();
      digests[i] = digest.value();
    }
    try (PreparedStatement statement = connection.prepareStatement(DIGESTS)) {
      statement.setInt(1, version);
      statement.setInt(2, count);
      statement.setArray(3, connection.createArrayOf("bytea", digests));
      var _ = statement.executeUpdate();
    }
    count += some;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      var _ = statement.execute(sql);
    }
  }
}
