package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

/**
 * Many listeners at once. Counts events, and keeps how long each stream's first byte took and how
 * far apart the events came. A stream that ends is begun anew.
 */
final class Streams extends LoopLoad {

  /** The first requests are spread over so long, so that the streams do not tick together. */
  private static final long SPREAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ByteBuf request;

  Streams(Connector connector, Target target, int streams, int bodyBytes) {
    super(connector, target, streams);
    this.request = target.request(true, bodyBytes);
  }

  @Override
  void start() {
    int count = connections().size();
    for (int i = 0; i < count; i++) {
      Listening listening = new Listening(connections().get(i));
      var _ = loop().schedule(listening::ask, SPREAD_NANOS * i / count, TimeUnit.NANOSECONDS);
    }
  }

  private final class Listening extends Following {

    private final ClientConnection connection;
    private long askedNanos;
    private long lastNanos;
    private boolean answered;
    private boolean afterLineFeed;

    Listening(ClientConnection connection) {
      this.connection = connection;
    }

    void ask() {
      if (hasEnded()) {
        return;
      }
      answered = false;
      afterLineFeed = false;
      askedNanos = System.nanoTime();
      connection.send(request, this);
    }

    @Override
    void bytes(ByteBuf part) {
      long now = System.nanoTime();
      if (answered) {
        window().gap().add(now - lastNanos);
      } else {
        window().firstByte().add(now - askedNanos);
        answered = true;
      }
      lastNanos = now;
      countEvents(part);
    }

    /** An event ends with an empty line, which may come in two parts. */
    private void countEvents(ByteBuf part) {
      int to = part.writerIndex();
      int from = part.readerIndex();
      while (from < to) {
        int lineFeed = part.indexOf(from, to, (byte) '\n');
        if (lineFeed < 0) {
          afterLineFeed = false;
          return;
        }
        if (afterLineFeed && lineFeed == from) {
          counted();
          afterLineFeed = false;
        } else {
          afterLineFeed = true;
        }
        from = lineFeed + 1;
      }
    }

    @Override
    public void end() {
      ask();
    }
  }
}
