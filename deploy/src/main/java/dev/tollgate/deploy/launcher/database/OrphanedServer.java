package dev.tollgate.deploy.launcher.database;

import dev.tollgate.deploy.launcher.LauncherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that outlived the process which had started it (kill -9): it is stopped, and
 * recovers what it had committed at the next start. The caller holds the data directory's lock, so
 * nobody else is using the server.
 */
final class OrphanedServer {

  private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);
  private static final Duration FAST_STOP = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_STOP = Duration.ofSeconds(10);

  private OrphanedServer() {}

  /**
   * Returns when no server uses the directory.
   *
   * @throws LauncherException when one does and cannot be stopped
   */
  static void stop(Path dataDirectory) {
    Path pidFile = dataDirectory.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    Optional<ProcessHandle> server = serverNamedBy(pidFile);
    if (server.isPresent()) {
      stop(server.get());
    } else {
      // Its number may belong to another process by now, and PostgreSQL would then not start.
      delete(pidFile);
    }
  }

  private static Optional<ProcessHandle> serverNamedBy(Path pidFile) {
    return pid(pidFile)
        .flatMap(ProcessHandle::of)
        .filter(process -> process.info().command().orElse("").endsWith("postgres"));
  }

  private static Optional<Long> pid(Path pidFile) {
    try {
      List<String> lines = Files.readAllLines(pidFile);
      return lines.isEmpty()
          ? Optional.empty()
          : Optional.of(Long.valueOf(lines.getFirst().strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void stop(ProcessHandle server) {
    LOG.info("stopping the PostgreSQL (process {}) that an earlier start left", server.pid());
    boolean stopped =
        signalled("INT", server, FAST_STOP) || signalled("QUIT", server, IMMEDIATE_STOP);
    if (!stopped) {
      throw new LauncherException(
          "a PostgreSQL left running does not stop: process " + server.pid());
    }
  }

  /** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one; Java sends neither itself. */
  private static boolean signalled(String signal, ProcessHandle server, Duration wait) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).start().waitFor();
      server.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (IOException | ExecutionException e) {
      throw new LauncherException("cannot stop process " + server.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void delete(Path pidFile) {
    try {
      Files.delete(pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
