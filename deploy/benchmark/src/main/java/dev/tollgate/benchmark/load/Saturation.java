package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;

/** As much as the other side takes: each connection asks again as soon as it is answered. */
final class Saturation extends LoopLoad {

  private final ByteBuf request;

  Saturation(Connector connector, Target target, int connections, int bodyBytes) {
    super(connector, target, connections);
    this.request = target.request(false, bodyBytes);
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
      connection.send(request, this);
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
