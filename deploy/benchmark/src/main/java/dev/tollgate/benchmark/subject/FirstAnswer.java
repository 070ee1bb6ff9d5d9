package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks over and over until an HTTP server answers 200. Plain sockets, so that the asking itself
 * costs the machine next to nothing.
 */
final class FirstAnswer {

  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final int READ_TIMEOUT_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 10;

  private FirstAnswer() {}

  /**
   * Blocks.
   *
   * @param request a whole HTTP/1.1 request
   * @throws IllegalStateException when the process ends or does not answer 200 in time
   */
  static void await(ChildProcess process, InetSocketAddress server, String request) {
    await(process, server, request, true);
  }

  /**
   * The same.
   *
   * @param good whether an answer of 200 is waited for, or any other or none
   */
  static void await(ChildProcess process, InetSocketAddress server, String request, boolean good) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (answers(server, request) != good) {
      process.requireAlive();
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("no answer within " + LONGEST + "; see " + process.log());
      }
      pause();
    }
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
  }

  private static boolean answers(InetSocketAddress server, String request) {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
