package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * As much as the other side takes: each connection asks again as soon as it is answered, with one
 * key after the other.
 */
final class Saturation extends LoopLoad {

  private final List<ByteBuf> requests;
  private int next;

  Saturation(Connector connector, List<Target> targets, int connections, int bodyBytes) {
    super(connector, targets.getFirst(), connections);
    this.requests = targets.stream().map(target -> target.request(false, bodyBytes)).toList();
  }

  @Override
  void start() {
    connections().forEach(connection -> new Asking(connection).ask());
  }

  private final class Asking extends Following {

    private final ClientConnection connection;
    private long sentNanos;

    Asking(ClientConnection connection) {
      this.connection = connection;
    }

    void ask() {
      sentNanos = System.nanoTime();
      connection.send(requests.get(next), this);
      next = (next + 1) % requests.size();
    }

    @Override
    void bytes(ByteBuf part) {}

    @Override
    public void end() {
      counted();
      window().answer().add(System.nanoTime() - sentNanos);
      if (!hasEnded()) {
        ask();
      }
    }
  }
}
