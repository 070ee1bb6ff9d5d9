package dev.tollgate.deploy.launcher;

import java.nio.file.Path;

/**
 * How tests start Tollgate: on free ports, with PostgreSQL's programs unpacked once for them all.
 */
public final class RunningTollgate {

  private static final Path DATABASE_BINARIES = Path.of("target", "embedded-postgres");

  private RunningTollgate() {}

  public static LauncherOptions options(Path dataDirectory) {
    return LauncherOptions.in(dataDirectory)
        .withPorts(0, 0, 0)
        .withDatabaseBinaries(DATABASE_BINARIES);
  }
}
