package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of the benchmark's own. Closing it stops it, and whatever it had started itself, by
 * their ids; by force when they do not go.
 */
public final class ChildProcess implements AutoCloseable {

  private static final long STOP_SECONDS = 20;

  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program on all cores.
   *
   * @param log takes its output
   */
  public static ChildProcess start(
      Cores cores, List<String> command, Map<String, String> environment, Path log) {
    List<String> onAllCores = Stream.concat(cores.onAll().stream(), command.stream()).toList();
    ProcessBuilder builder =
        new ProcessBuilder(onAllCores).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Where its output is. */
  public Path log() {
    return log;
  }

  /**
   * Passes while the process runs.
   *
   * @throws IllegalStateException when it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "a process ended by itself with status " + process.exitValue() + "; see " + log);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Stream.concat(descendants.stream(), Stream.of(process.toHandle()))
        .filter(ProcessHandle::isAlive)
        .forEach(ProcessHandle::destroyForcibly);
  }
}
