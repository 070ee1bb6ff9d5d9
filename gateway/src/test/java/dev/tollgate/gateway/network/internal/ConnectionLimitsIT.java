package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.network.ServerLimitsProperties;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLimitsIT {

  private static final String REQUEST = "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final List<RawConnection> held = new ArrayList<>();
  private @Nullable EdgeServer started;

  @AfterEach
  void stop() throws IOException {
    for (RawConnection connection : held) {
      connection.close();
    }
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
  void closesConnectionsOverTheMaximum() throws Exception {
    EdgeServer server = serve(EdgeServer.connections(2, 100));
    hold(server, 2);

    assertThat(server.connect().endsSilently()).isTrue();
    assertThat(server.counted("tollgate.edge.connections.closed", "reason", "max_connections"))
        .isEqualTo(1);
  }

  @Test
  void closesConnectionsOverTheMaximumOfOneAddressAlsoOnLoopback() throws Exception {
    EdgeServer server = serve(EdgeServer.connections(100, 2));
    hold(server, 2);

    assertThat(server.connect().endsSilently()).isTrue();
    assertThat(
            server.counted(
                "tollgate.edge.connections.closed", "reason", "max_connections_per_address"))
        .isEqualTo(1);
  }

  @Test
  void takesTheNextConnectionWhenOneEnds() throws Exception {
    EdgeServer server = serve(EdgeServer.connections(2, 2));
    hold(server, 2);
    for (int i = 0; i < 3; i++) {
      held.removeFirst().close();
      holdOnceThereIsRoom(server);
    }
    assertThat(server.connect().endsSilently()).isTrue();
  }

  /** The server learns of a connection's end a moment after its client. */
  private void holdOnceThereIsRoom(EdgeServer server) throws IOException {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < patience) {
      try {
        hold(server, 1);
        return;
      } catch (EOFException | SocketException refused) {
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("no connection was taken after one had ended");
  }

  private void hold(EdgeServer server, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawConnection connection = server.connect().send(REQUEST);
      assertThat(connection.receive().status()).isEqualTo(200);
      held.add(connection);
    }
  }
}
