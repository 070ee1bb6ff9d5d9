package dev.tollgate.deploy.launcher.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL's own directory: who may log in, and whether it was ever finished. */
final class ClusterDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterDirectory.class);
  private static final String MARK = "# Written by Tollgate at every start; changes are lost.";

  /** TCP on loopback only, and never without a password. */
  private static final String CLIENT_AUTHENTICATION =
      MARK
          + """

          # type database user address method
          host all all 127.0.0.1/32 scram-sha-256
          host all all ::1/128 scram-sha-256
          """;

  private final Path directory;

  ClusterDirectory(Path directory) {
    this.directory = directory;
  }

  Path path() {
    return directory;
  }

  /**
   * Moves away what a killed first start left. Our pg_hba.conf is written when initdb is done, so
   * what lacks it never held anybody's data.
   */
  void setAsideIfUnfinished() {
    try {
      if (Files.exists(directory) && !finished()) {
        Path aside =
            directory.resolveSibling("postgres.unfinished-" + Instant.now().getEpochSecond());
        Files.move(directory, aside);
        LOG.warn("moved an unfinished database directory to {}", aside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void writeClientAuthentication() {
    try {
      Files.writeString(clientAuthentication(), CLIENT_AUTHENTICATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean finished() throws IOException {
    return Files.exists(clientAuthentication())
        && Files.readString(clientAuthentication()).startsWith(MARK);
  }

  private Path clientAuthentication() {
    return directory.resolve("pg_hba.conf");
  }
}
