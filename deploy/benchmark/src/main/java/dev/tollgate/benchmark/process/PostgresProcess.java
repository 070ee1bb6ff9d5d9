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

  private static final int LINE_OF_PORT = 3;

  private final ProcessHandle server;
  private final int port;

  private PostgresProcess(ProcessHandle server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * One that runs.
   *
   * @param directory of its data
   * @throws IllegalStateException if none runs there
   */
  public static PostgresProcess of(Path directory) {
    try {
      List<String> lines = Files.readAllLines(directory.resolve("postmaster.pid"));
      Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
      return new PostgresProcess(
          server.orElseThrow(() -> new IllegalStateException("no PostgreSQL in " + directory)),
          Integer.parseInt(lines.get(LINE_OF_PORT).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
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
