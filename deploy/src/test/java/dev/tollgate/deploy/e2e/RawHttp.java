package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over a plain socket: sends exactly what it is told, and sees exactly what came. */
final class RawHttp {

  private static final int READ_TIMEOUT_MILLIS = 30_000;

  private final InetSocketAddress server;
  private final @Nullable InetSocketAddress client;

  RawHttp(URI server) {
    this(server, null);
  }

  /**
   * @param from the client's own address; null for any
   */
  RawHttp(URI server, @Nullable String from) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.client = from == null ? null : new InetSocketAddress(from, 0);
  }

  /**
   * What came back.
   *
   * @param ended whether the body came to its end: false when the connection broke before
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Reply(int status, List<String> headers, byte[] body, boolean ended) {

    String text() {
      return new String(body, UTF_8);
    }

    /** The value of the first header of that name; null where there is none. */
    @Nullable String header(String name) {
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(null);
    }

    List<String> headerNames() {
      return headers.stream()
          .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(java.util.Locale.ROOT))
          .toList();
    }
  }

  Reply get(String path, String... headers) {
    return exchange("GET", path, new byte[0], headers);
  }

  Reply post(String path, String json, String... headers) {
    return postBytes(path, json.getBytes(UTF_8), with(headers, "Content-Type: application/json"));
  }

  Reply postBytes(String path, byte[] body, String... headers) {
    return exchange("POST", path, body, with(headers, "Content-Length: " + body.length));
  }

  static String[] with(String[] headers, String more) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = more;
    return all;
  }

  Reply exchange(String method, String path, byte[] body, String... headers) {
    try (Exchange exchange = open(method, path, body, headers)) {
      return exchange.reply();
    }
  }

  /** Sends a request and leaves the answer to be read. */
  Exchange open(String method, String path, byte[] body, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: gateway\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return send(head.append("\r\n").toString().getBytes(ISO_8859_1), body);
  }

  private Exchange send(byte[] head, byte[] body) {
    try {
      Socket socket = new Socket();
      socket.bind(client);
      socket.connect(server);
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      byte[] whole = java.util.Arrays.copyOf(head, head.length + body.length);
      System.arraycopy(body, 0, whole, head.length, body.length);
      socket.getOutputStream().write(whole);
      return new Exchange(socket, new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A request under way. */
  static final class Exchange implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    private Exchange(Socket socket, InputStream in) {
      this.socket = socket;
      this.in = in;
    }

    /** Reads the whole answer. */
    Reply reply() {
      try {
        String status = line();
        List<String> headers = headers();
        int code = Integer.parseInt(status.split(" ", 3)[1]);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended = readBody(new Reply(code, headers, new byte[0], true), body);
        return new Reply(code, headers, body.toByteArray(), ended);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    /** Reads so many bytes of whatever comes, or all where there are fewer. */
    byte[] read(int bytes) {
      try {
        return in.readNBytes(bytes);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private List<String> headers() throws IOException {
      List<String> headers = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        headers.add(line);
      }
      return headers;
    }

    private boolean readBody(Reply head, ByteArrayOutputStream body) throws IOException {
      try {
        String length = head.header("content-length");
        if (length != null) {
          return readUpTo(Integer.parseInt(length), body);
        }
        return head.header("transfer-encoding") == null || readChunks(body);
      } catch (EOFException | java.net.SocketException e) {
        return false;
      }
    }

    private boolean readChunks(ByteArrayOutputStream body) throws IOException {
      while (true) {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
          return line().isEmpty();
        }
        if (!readUpTo(size, body) || !line().isEmpty()) {
          return false;
        }
      }
    }

    private boolean readUpTo(int length, ByteArrayOutputStream body) throws IOException {
      byte[] bytes = in.readNBytes(length);
      body.writeBytes(bytes);
      return bytes.length == length;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new EOFException("the connection ended within a line");
        }
        line.write(b);
      }
      return line.toString(ISO_8859_1).strip();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
