package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;

/** As much as the other side takes: each connection asks again as soon as it is answered. */
final class Saturation extends LoopLoad {

  private final Supplier<ByteBuf> requests;

  Saturation(Connector connector, Target target, int connections, Supplier<ByteBuf> requests) {
    super(connector, target, connections);
    this.requests = requests;
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
      connection.send(requests.get(), this);
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
