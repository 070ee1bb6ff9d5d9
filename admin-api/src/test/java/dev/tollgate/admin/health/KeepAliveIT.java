package dev.tollgate.admin.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * A kept-alive connection goes on being read. Reactor Netty 1.3.6 stopped after a request that came
 * just before the end of the one before it and was answered at once (its issue 4361): one request
 * in a hundred got no answer.
 */
class KeepAliveIT {

  private static final int REQUESTS = 3_000;
  private static final int PATIENCE_MILLIS = 10_000;

  @Test
  void everyRequestOfAConnectionIsAnswered() throws IOException {
    try (AdminServer server = AdminServer.start()) {
      URI uri = server.uri("/");
      try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        assertThat(answered(socket, server.rootKey())).isEqualTo(REQUESTS);
      }
    }
  }

  private static int answered(Socket socket, String key) throws IOException {
    BufferedReader answers =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    int count = 0;
    while (count < REQUESTS) {
      String path = count % 2 == 0 ? "/v1/projects" : "/health/live";
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(path, key);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      skipAnswer(answers);
      count++;
    }
    return count;
  }

  private static void skipAnswer(BufferedReader answers) throws IOException {
    long length = 0;
    for (String line = answers.readLine();
        line != null && !line.isEmpty();
        line = answers.readLine()) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Long.parseLong(header.substring("content-length:".length()).strip());
      }
    }
    assertThat(length).isPositive();
    for (long left = length; left > 0; left -= answers.skip(left)) {
      // skip() may stop early
    }
  }
}
