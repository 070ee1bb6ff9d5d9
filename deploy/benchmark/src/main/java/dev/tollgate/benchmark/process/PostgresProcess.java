package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PostgreSQL of a launcher. It is nobody's child, since the program that starts it ends: its
 * own file tells its process id.
 */
public final class PostgresProcess {

  private final ProcessHandle server;

  private PostgresProcess(ProcessHandle server) {
    this.server = server;
  }

  /**
   * One that runs.
   *
   * @param directory of its data
   * @throws IllegalStateException if none runs there
   */
  public static PostgresProcess of(Path directory) {
    try {
      String pid = Files.readAllLines(directory.resolve("postmaster.pid")).getFirst();
      Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(pid.strip()));
      return new PostgresProcess(
          server.orElseThrow(() -> new IllegalStateException("no PostgreSQL in " + directory)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server, and the processes of its connections at this moment. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(server), server.descendants()).toList();
  }

  /** By force where whoever started it did not: its data are thrown away. */
  public void stopIfLeft() {
    processes().stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }
}
