package dev.tollgate.gateway.network.internal;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes it is told to. Waits ten seconds for anything, at most. */
final class RawConnection implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  record Response(int status, Map<String, String> headers, String body) {

    @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawConnection(int port) {
    this("127.0.0.1", "127.0.0.1", port);
  }

  /** From one address of this machine to another. */
  RawConnection(String from, String to, int port) {
    try {
      socket = new Socket(InetAddress.ofLiteral(to), port, InetAddress.ofLiteral(from), 0);
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends characters as bytes of the same number, with {@code \n} as it is. */
  RawConnection send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends bytes as they are. */
  RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The next response, with the body that its Content-Length announces. */
  Response receive() throws IOException {
    Response head = receiveHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Response(head.status(), head.headers(), body);
  }

  /** The next response, which has no body. */
  Response receiveHead() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    return new Response(Integer.parseInt(statusLine.split(" ", -1)[1]), headers, "");
  }

  /** The next bytes, as characters of the same number. */
  String receiveBytes(int count) throws IOException {
    return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  /** Everything until the server ends the connection, as characters of the same number. */
  String receiveAll() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Whether the server ends the connection, and sends nothing before it does. */
  boolean endsSilently() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
