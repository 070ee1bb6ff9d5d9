package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Requests at fixed times. Each is measured from the time at which it was due, also where it had to
 * wait for a connection: a gateway that stalls is charged for all that came meanwhile, and not only
 * for the one that it held (no coordinated omission).
 */
final class FixedRate extends LoopLoad {

  private static final double NANOS = 1e9;

  private final ByteBuf request;
  private final double perSecond;
  private final ArrayDeque<Asking> free = new ArrayDeque<>();
  private final ArrayDeque<Long> due = new ArrayDeque<>();
  private long startNanos;
  private long scheduled;

  FixedRate(Connector connector, Target target, int connections, double perSecond, int bodyBytes) {
    super(connector, target, connections);
    this.request = target.request(false, bodyBytes);
    this.perSecond = perSecond;
  }

  @Override
  void start() {
    connections().forEach(connection -> free.add(new Asking(connection)));
    startNanos = System.nanoTime();
    tick();
  }

  /** Sends whatever is due and sleeps until the next is. */
  private void tick() {
    if (hasEnded()) {
      return;
    }
    long now = System.nanoTime();
    long next = dueNanos(scheduled);
    while (next - now <= 0) {
      due.add(next);
      scheduled++;
      next = dueNanos(scheduled);
    }
    sendDue();
    var _ =
        loop().schedule(this::tick, Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private long dueNanos(long index) {
    return startNanos + (long) (index * NANOS / perSecond);
  }

  private void sendDue() {
    while (!due.isEmpty() && !free.isEmpty()) {
      free.removeFirst().ask(due.removeFirst());
    }
  }

  private final class Asking extends Following {

    private final ClientConnection connection;
    private long dueNanos;

    Asking(ClientConnection connection) {
      this.connection = connection;
    }

    void ask(long dueAt) {
      dueNanos = dueAt;
      connection.send(request, this);
    }

    @Override
    void bytes(ByteBuf part) {}

    @Override
    public void end() {
      counted();
      window().answer().add(System.nanoTime() - dueNanos);
      free.addLast(this);
      if (!hasEnded()) {
        sendDue();
      }
    }
  }
}
