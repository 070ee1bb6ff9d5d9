package dev.tollgate.deploy.money;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One call on a socket of its own, which its client may leave at any time. */
final class Exchange implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int GLANCE_MILLIS = 5;

  /** No other text of an answer has it. */
  private static final String WORD = "word ";

  private final Socket socket = new Socket();
  private final InputStream in;
  private final Map<String, String> headers = new TreeMap<>();
  private int status;
  private long left;
  private boolean ended;
  private Runnable whenWordComes = () -> {};
  private int words;

  /** How many of its letters were the last ones that were read. */
  private int wordSoFar;

  private Exchange(URI gateway, String token, Call call) throws IOException {
    socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    byte[] body = call.body().getBytes(UTF_8);
    String head =
        """
        POST %s HTTP/1.1\r
        Host: gateway\r
        %s%s\r
        X-Request-Id: %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(call.path(), call.dialect().keyHeader(), token, call.id(), body.length);
    socket.getOutputStream().write((head + new String(body, UTF_8)).getBytes(UTF_8));
    in = new BufferedInputStream(socket.getInputStream());
  }

  static Exchange open(URI gateway, String token, Call call) throws IOException {
    return new Exchange(gateway, token, call);
  }

  /** Whether something comes soon; fails where the connection broke. */
  boolean isAnswered() throws IOException {
    socket.setSoTimeout(GLANCE_MILLIS);
    try {
      in.mark(1);
      var _ = existing(in.read());
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  /** Waits for the head. */
  int status() throws IOException {
    if (status == 0) {
      status = Integer.parseInt(line().split(" ", 3)[1]);
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
      left = headers.containsKey("transfer-encoding") ? 0 : length();
    }
    return status;
  }

  private long length() {
    return Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  @Nullable String header(String name) throws IOException {
    status();
    return headers.get(name);
  }

  /** Tells of each word of an answer that is read. */
  void whenWordComes(Runnable then) {
    whenWordComes = then;
  }

  /** Reads until so many words of an answer are there; whether they came before its end. */
  boolean readWords(int count) throws IOException {
    status();
    while (words < count) {
      if (read() < 0) {
        return false;
      }
    }
    return true;
  }

  /** All that is left of the body. */
  String rest() throws IOException {
    status();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int next = read(); next >= 0; next = read()) {
      body.write(next);
    }
    return body.toString(UTF_8);
  }

  /** A byte of the body; negative at its end. */
  private int read() throws IOException {
    boolean chunked = headers.containsKey("transfer-encoding");
    if (left == 0 && !ended) {
      left = chunked ? Long.parseLong(line(), 16) : 0;
      ended = left == 0;
      if (ended && chunked) {
        line();
      }
    }
    if (ended) {
      return -1;
    }
    int next = existing(in.read());
    left--;
    if (left == 0 && chunked) {
      line();
    }
    lookForWord(next);
    return next;
  }

  private void lookForWord(int next) {
    wordSoFar = next == WORD.charAt(wordSoFar) ? wordSoFar + 1 : 0;
    if (wordSoFar == WORD.length()) {
      wordSoFar = 0;
      words++;
      whenWordComes.run();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = existing(in.read()); b != '\n'; b = existing(in.read())) {
      line.write(b);
    }
    return line.toString(UTF_8).strip();
  }

  private static int existing(int read) throws EOFException {
    if (read < 0) {
      throw new EOFException("the connection broke");
    }
    return read;
  }

  /** Closing then is as if the client were gone, and not as if it said goodbye. */
  void resetOnClose() throws IOException {
    socket.setSoLinger(true, 0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
