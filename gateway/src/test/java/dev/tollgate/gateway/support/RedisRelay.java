package dev.tollgate.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Stands between a gateway and its Redis and reads the gateway's commands. It can hold back what
 * Redis answers until some commands have come: a gateway that waits for the answer to the first
 * before it puts the second then waits in vain.
 */
public final class RedisRelay implements AutoCloseable {

  private final URI redis;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** All below is guarded by this. */
  private final List<List<String>> commands = new ArrayList<>();

  private Predicate<List<String>> awaited = command -> false;
  private int missing;

  private RedisRelay(String redisUrl) throws IOException {
    this.redis = URI.create(redisUrl);
    this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  public static RedisRelay to(String redisUrl) throws IOException {
    return new RedisRelay(redisUrl);
  }

  public String url() {
    return "redis://127.0.0.1:" + server.getLocalPort();
  }

  /**
   * Forgets what has come so far. Once one such command has come, answers are held back until
   * {@code many} have.
   */
  public synchronized void holdBack(Predicate<List<String>> such, int many) {
    commands.clear();
    awaited = such;
    missing = many;
  }

  /** What has come since, each in its words. */
  public synchronized List<List<String>> commands() {
    return List.copyOf(commands);
  }

  private synchronized void came(List<String> command) {
    commands.add(command);
    if (missing > 0 && awaited.test(command)) {
      missing--;
    }
    notifyAll();
  }

  private synchronized void awaitRelease() throws InterruptedException {
    while (missing > 0 && commands.stream().anyMatch(awaited)) {
      wait();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket gateway = opened(server.accept());
        Socket target = opened(new Socket(redis.getHost(), redis.getPort()));
        Thread.ofVirtual().start(() -> passing(() -> passCommands(gateway, target)));
        Thread.ofVirtual().start(() -> passing(() -> passAnswers(target, gateway)));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private Socket opened(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return socket;
  }

  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  /** The end of one way is that of all: a test has one gateway. */
  private void passing(Pump pump) {
    try {
      pump.run();
    } catch (IOException | InterruptedException e) {
      closeAll();
    }
  }

  /** A command goes on when it has been noted, so that it was here before its answer. */
  private void passCommands(Socket from, Socket to) throws IOException {
    InputStream in = new BufferedInputStream(from.getInputStream());
    OutputStream out = to.getOutputStream();
    while (true) {
      ByteArrayOutputStream raw = new ByteArrayOutputStream();
      int words = Integer.parseInt(line(in, raw).substring(1));
      List<String> command = new ArrayList<>();
      for (int i = 0; i < words; i++) {
        int length = Integer.parseInt(line(in, raw).substring(1));
        byte[] word = in.readNBytes(length + 2);
        raw.writeBytes(word);
        command.add(new String(word, 0, length, UTF_8));
      }
      came(List.copyOf(command));
      raw.writeTo(out);
    }
  }

  /** Up to the end of the line, which is copied with it. */
  private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      copy.write(next);
      if (next == '\n') {
        return text.toString();
      }
      if (next != '\r') {
        text.append((char) next);
      }
    }
  }

  private void passAnswers(Socket from, Socket to) throws IOException, InterruptedException {
    byte[] buffer = new byte[8192];
    int read = from.getInputStream().read(buffer);
    while (read >= 0) {
      awaitRelease();
      to.getOutputStream().write(buffer, 0, read);
      read = from.getInputStream().read(buffer);
    }
  }

  private void closeAll() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeAll();
  }
}
