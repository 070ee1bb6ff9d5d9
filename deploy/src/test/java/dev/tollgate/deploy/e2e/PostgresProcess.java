package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The server processes of an embedded PostgreSQL, found by its pid file. */
public final class PostgresProcess {

  private static final Duration END = Duration.ofSeconds(30);

  private final Path cluster;
  private final List<String> command;

  private PostgresProcess(Path cluster) throws IOException {
    this.cluster = cluster;
    String line = Files.readString(Path.of("/proc", Long.toString(pid()), "cmdline"), UTF_8);
    this.command = List.of(line.split("\0"));
  }

  /**
   * The one that runs.
   *
   * @param cluster its data directory
   */
  public static PostgresProcess in(Path cluster) {
    try {
      return new PostgresProcess(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readAllLines(cluster.resolve("postmaster.pid")).getFirst().strip());
  }

  private ProcessHandle server() {
    try {
      return ProcessHandle.of(pid()).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing of it runs any more, but its connections stay, and the kernel takes new ones. */
  public void freeze() {
    signal("STOP", Stream.concat(Stream.of(server()), server().descendants()).toList());
  }

  public void thaw() {
    signal("CONT", Stream.concat(Stream.of(server()), server().descendants()).toList());
  }

  /** As by a crash; returns when nothing of it is left. */
  public void kill() {
    List<ProcessHandle> all = Stream.concat(Stream.of(server()), server().descendants()).toList();
    signal("KILL", List.of(all.getFirst()));
    // The others notice by themselves that their server is gone. For those who are no children of
    // this process, ProcessHandle.onExit() tells so some 2 s later.
    await()
        .atMost(END)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Starts it again as it was started, on the same port. */
  public void restart() {
    List<String> line = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root; in a user namespace of its own it does not see that.
      line.addAll(List.of("unshare", "-U"));
    }
    line.addAll(command);
    try {
      new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void signal(String name, List<ProcessHandle> processes) {
    List<String> line = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(process -> line.add(Long.toString(process.pid())));
    try {
      int status = new ProcessBuilder(line).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(String.join(" ", line) + " gave " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
