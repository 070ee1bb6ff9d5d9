package dev.tollgate.benchmark;

import dev.tollgate.benchmark.upstream.Provider;
import dev.tollgate.benchmark.upstream.StreamPlan;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The upstream in a process of its own: descriptors are counted by process, and ten thousand
 * streams need as many on each side.
 */
final class UpstreamProcess implements Provider {

  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final Path log;
  private final BufferedWriter orders;
  private final BufferedReader answers;
  private final InetSocketAddress address;

  private UpstreamProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.orders = process.outputWriter(StandardCharsets.US_ASCII);
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    this.address = new InetSocketAddress(loopback, Integer.parseInt(answer()));
  }

  /** Returns when it listens; it has the cores that this process has. */
  static UpstreamProcess start(Settings settings, Path directory) {
    Path log = directory.resolve("upstream.log");
    List<String> command = new ArrayList<>();
    command.add(settings.java().toString());
    command.addAll(settings.javaOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(UpstreamMain.class.getName(), "" + settings.loadThreads()));
    try {
      return new UpstreamProcess(
          new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  /** Returns when it holds. */
  @Override
  public void stream(StreamPlan next) {
    try {
      orders.write(next.events() + " " + next.apart().toNanos() + "\n");
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the upstream has ended; see " + log, e);
    }
    var _ = answer();
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the upstream has ended; see " + log);
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      orders.close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
