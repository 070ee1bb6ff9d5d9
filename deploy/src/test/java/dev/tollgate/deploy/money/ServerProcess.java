package dev.tollgate.deploy.money;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A server in a process of its own, which can be killed, frozen and started again as it was. */
final class ServerProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);

  private final ProcessBuilder command;
  private final Callable<Boolean> ready;
  private Process process;

  private ServerProcess(ProcessBuilder command, Callable<Boolean> ready) {
    this.command = command;
    this.ready = ready;
    this.process = launch();
  }

  /** Returns at once; {@link #awaitReady()} waits. */
  static ServerProcess start(ProcessBuilder command, Callable<Boolean> ready) {
    return new ServerProcess(command, ready);
  }

  private Process launch() {
    try {
      return command.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  void awaitReady() {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .failFast("the process has ended", () -> !process.isAlive())
        .until(ready);
  }

  /** In order. */
  void stop() {
    process.destroy();
    process.onExit().join();
  }

  /** As by a crash. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void restart() {
    kill();
    process = launch();
  }

  /** It keeps its connections, and nothing of it runs. */
  void freeze() {
    signal("-STOP");
  }

  void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      int exit = new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill " + name + " gave " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Where nobody listens yet. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
