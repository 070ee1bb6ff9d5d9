package dev.tollgate.gateway.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/** A real Redis in a process of its own, which can be frozen and killed. */
public final class RedisProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final int port;
  private Process process;

  private RedisProcess(int port) throws IOException {
    this.port = port;
    this.process = launch(port);
  }

  /** Where nobody listens yet. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  public static RedisProcess start() throws IOException {
    return startOn(freePort());
  }

  public static RedisProcess startOn(int port) throws IOException {
    return new RedisProcess(port);
  }

  private static Process launch(int port) throws IOException {
    String program = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    Process started =
        new ProcessBuilder(
                program, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await().atMost(PATIENCE).until(() -> listens(port));
    return started;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** It keeps its connections and answers nothing until {@link #thaw()}. */
  public void freeze() throws Exception {
    signal("-STOP");
  }

  public void thaw() throws Exception {
    signal("-CONT");
  }

  private void signal(String name) throws Exception {
    int exit = new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("kill " + name + " failed");
    }
  }

  public void kill() {
    var _ = process.destroyForcibly().onExit().join();
  }

  /** On the same port, with nothing in it. */
  public void restart() throws IOException {
    process = launch(port);
  }

  @Override
  public void close() {
    kill();
  }
}
