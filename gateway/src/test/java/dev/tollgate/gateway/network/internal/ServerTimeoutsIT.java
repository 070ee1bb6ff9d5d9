package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.network.ServerLimitsProperties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Every wait here is for an event of the connection; the time-outs only bring it about. */
@ExtendWith(OutputCaptureExtension.class)
class ServerTimeoutsIT {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String HEAD = "POST /v1/x HTTP/1.1\r\nHost: localhost\r\n";
  private static final String COMPLETE = HEAD + "Content-Length: 2\r\n\r\nab";

  private @Nullable EdgeServer started;

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  private EdgeServer serve(ServerLimitsProperties limits) {
    EdgeServer server = new EdgeServer(limits);
    started = server;
    return server;
  }

  @Test
  void endsAConnectionThatSendsNothing() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(SHORT, LONG, LONG));
    try (RawConnection connection = server.connect()) {
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(server.counted("tollgate.edge.connections.closed", "reason", "no_request"))
        .isEqualTo(1);
  }

  @Test
  void refusesAHeadThatStopsHalfway() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(SHORT, LONG, LONG));
    try (RawConnection connection = server.connect()) {
      connection.send(HEAD);

      RawConnection.Response response = connection.receive();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).contains("\"code\":\"request_timeout\"");
      assertThat(response.header("x-tollgate-error-source")).isEqualTo("gateway");
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(server.seen).isEmpty();
  }

  @Test
  void countsTheHeadOfALaterRequestFromItsFirstByte() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(SHORT, LONG, LONG));
    try (RawConnection connection = server.connect()) {
      connection.send(COMPLETE);
      assertThat(connection.receive().status()).isEqualTo(200);

      // Longer between two requests than a head may take.
      try (RawConnection other = server.connect()) {
        assertThat(other.endsSilently()).isTrue();
      }
      connection.send(COMPLETE);
      assertThat(connection.receive().status()).isEqualTo(200);

      connection.send("G");
      assertThat(connection.receive().status()).isEqualTo(408);
      assertThat(connection.endsSilently()).isTrue();
    }
  }

  @Test
  void leavesARequestUnderWayAlone() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(SHORT, SHORT, SHORT));
    try (RawConnection connection = server.connect()) {
      connection.send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
      server.next();
      // Longer than any of the three.
      try (RawConnection other = server.connect()) {
        other.send("G");
        assertThat(other.receive().status()).isEqualTo(408);
      }
      server.release();
      assertThat(connection.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void endsAnIdleConnection() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(LONG, SHORT, LONG));
    try (RawConnection connection = server.connect()) {
      connection.send(COMPLETE);
      assertThat(connection.receive().status()).isEqualTo(200);
      assertThat(connection.endsSilently()).isTrue();
    }
  }

  @Test
  void tellsTheApplicationOfABodyThatStalls() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(LONG, LONG, SHORT));
    try (RawConnection connection = server.connect()) {
      connection.send(HEAD + "Content-Length: 100\r\n\r\nabc");

      RawConnection.Response response = connection.receive();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).isEqualTo("request_timeout");
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(connection.endsSilently()).isTrue();
    }
  }

  @Test
  void endsAStalledBodyOfARequestThatIsNotAnswered() throws Exception {
    EdgeServer server = serve(EdgeServer.limits(LONG, LONG, SHORT));
    try (RawConnection connection = server.connect()) {
      connection.send("POST /mute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc");
      assertThat(connection.endsSilently()).isTrue();
    }
  }

  @Test
  void endsAStalledBodyOfARequestThatHasBeenAnswered(CapturedOutput output) throws Exception {
    EdgeServer server = serve(EdgeServer.limits(LONG, LONG, SHORT));
    try (RawConnection connection = server.connect()) {
      connection.send("POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc");
      assertThat(connection.receive().body()).isEqualTo("early");
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(output.getAll()).doesNotContain("onUncaughtException");
  }
}
