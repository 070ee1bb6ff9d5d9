package dev.tollgate.admin.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The migrations of this version, by the names and checksums that Flyway writes into its history.
 */
public final class Migrations {

  /** On the class path. */
  public static final String FOLDER = "db/tollgate/migration";

  private static final String HISTORY =
      "SELECT script, checksum, success FROM tollgate.flyway_schema_history";

  private Migrations() {}

  /**
   * Whether a database has had exactly these, each as it is now, and none failed: Flyway would find
   * nothing to do and nothing to complain of. Whatever is unclear is for Flyway to judge and tell.
   * Blocks.
   */
  public static boolean areThoseOf(String jdbcUrl, String user, String password) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
        Statement statement = connection.createStatement();
        ResultSet history = statement.executeQuery(HISTORY)) {
      Map<String, Integer> missing = ofThisVersion();
      while (history.next()) {
        Integer ours = missing.remove(history.getString(1));
        if (!Objects.equals(ours, history.getObject(2)) || ours == null || !history.getBoolean(3)) {
          return false;
        }
      }
      return missing.isEmpty();
    } catch (SQLException | IOException e) {
      return false;
    }
  }

  private static Map<String, Integer> ofThisVersion() throws IOException {
    Map<String, Integer> checksums = new HashMap<>();
    for (Resource file :
        new PathMatchingResourcePatternResolver().getResources("classpath:" + FOLDER + "/*")) {
      checksums.put(Objects.requireNonNull(file.getFilename()), checksum(file));
    }
    return checksums;
  }

  /** Of the lines without their ends, as Flyway takes it. */
  private static int checksum(Resource file) throws IOException {
    CRC32 checksum = new CRC32();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(file.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        checksum.update(line.getBytes(UTF_8));
      }
    }
    return (int) checksum.getValue();
  }
}
