package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.streaming.ExtraChunkDetector.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an OpenAI stream the chunk that is there only because the gateway asked for {@code
 * stream_options.include_usage} and the client did not: the event whose {@code choices} is an empty
 * array and whose {@code usage} is an object, with its blank line. Every other byte passes as it
 * came.
 *
 * <p>Held back is only what may still turn out to be that event, from its first field to the byte
 * that decides: an event whose {@code choices} has an element passes at once. Comments before the
 * first field pass as they come, since services use them as signs of life. An event still undecided
 * after {@link #MOST_HELD} bytes passes.
 *
 * <p>For one stream, on one event loop at a time.
 */
public final class InjectedUsageFilter implements AutoCloseable {

  /** Bytes of an undecided event that are held; the usage chunk has some hundreds. */
  static final int MOST_HELD = 64 * 1024;

  private static final byte[] FIELD = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final int STEP = 8 * 1024;
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[STEP];
        }
      };

  private enum Mode {
    /** Between events, or in comments before the first field of one. */
    BETWEEN,
    /** In an event that may be the extra one. */
    HOLDING,
    /** In an event that is not. */
    PASSING,
    /** In the extra event. */
    DROPPING
  }

  private enum Line {
    /** In the first bytes of a line, all of them as in {@link #FIELD} so far. */
    FIELD,
    DATA,
    OTHER
  }

  private final ExtraChunkDetector detector = new ExtraChunkDetector();
  private Mode mode = Mode.BETWEEN;
  private Line line = Line.FIELD;
  private int matched;
  private boolean lineEmpty = true;
  private boolean afterReturn;
  private boolean dropLineFeed;

  /** Bytes of the undecided event that came with earlier chunks. */
  private @Nullable ByteBuf held;

  // Of the present chunk: what passes is gathered from here, what is held begins there.
  private int passFrom;
  private int holdFrom;
  private @Nullable ByteBuf passed;
  private boolean joined;

  /**
   * Takes the next chunk and gives what may pass now.
   *
   * @param in owned by the filter from here on
   * @return owned by the caller; null if nothing may pass yet
   */
  public @Nullable ByteBuf filter(ByteBuf in) {
    passFrom = in.readerIndex();
    holdFrom = passFrom;
    try {
      scan(in);
      settle(in);
      return takePassed();
    } finally {
      in.release();
    }
  }

  /**
   * Gives what is still held when the stream has ended within an event.
   *
   * @return owned by the caller; null if nothing is held
   */
  public @Nullable ByteBuf end() {
    ByteBuf rest = held;
    held = null;
    return rest;
  }

  /** Lets go of what is held, when nobody will read it; may be called more than once. */
  @Override
  public void close() {
    ByteBuf rest = end();
    if (rest != null) {
      rest.release();
    }
  }

  private void scan(ByteBuf in) {
    int to = in.writerIndex();
    if (in.hasArray()) {
      int offset = in.arrayOffset();
      scan(in, in.array(), offset + in.readerIndex(), offset + to, -offset);
      return;
    }
    byte[] scratch = SCRATCH.get();
    for (int i = in.readerIndex(); i < to; i += STEP) {
      int length = Math.min(STEP, to - i);
      in.getBytes(i, scratch, 0, length);
      scan(in, scratch, 0, length, i);
    }
  }

  /** Goes through {@code bytes[from, to)}, which stand in the chunk {@code shift} further on. */
  private void scan(ByteBuf in, byte[] bytes, int from, int to, int shift) {
    int i = from;
    while (i < to) {
      int end = endOfLine(bytes, i, to);
      if (end > i) {
        line(in, bytes, i, end, shift);
      }
      if (end < to) {
        endOfLine(bytes[end], end + 1 + shift);
      }
      i = end + 1;
    }
  }

  private void line(ByteBuf in, byte[] bytes, int from, int to, int shift) {
    if (lineEmpty && mode == Mode.BETWEEN && bytes[from] != ':') {
      mode = Mode.HOLDING;
      holdFrom = from + shift;
    }
    lineEmpty = false;
    afterReturn = false;
    dropLineFeed = false;
    if (mode == Mode.HOLDING) {
      undecided(in, bytes, from, to);
    }
  }

  private void undecided(ByteBuf in, byte[] bytes, int from, int to) {
    int i = line == Line.FIELD ? field(bytes, from, to) : from;
    if (line != Line.DATA) {
      return;
    }
    Verdict verdict = detector.scan(bytes, i, to);
    if (verdict == Verdict.EXTRA) {
      drop(in);
    } else if (verdict == Verdict.OTHER) {
      pass();
    }
  }

  private int field(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != FIELD[matched]) {
        line = Line.OTHER;
        return to;
      }
      if (++matched == FIELD.length) {
        line = Line.DATA;
        return i + 1;
      }
    }
    return to;
  }

  private void endOfLine(byte b, int next) {
    boolean secondHalf = afterReturn && b == '\n';
    afterReturn = b == '\r';
    if (secondHalf) {
      dropSecondHalf(next);
      return;
    }
    dropLineFeed = false;
    if (lineEmpty) {
      endOfEvent(next);
    }
    lineEmpty = true;
    line = Line.FIELD;
    matched = 0;
  }

  /** A blank line may end with CR LF, and the LF come with the next chunk. */
  private void dropSecondHalf(int next) {
    if (dropLineFeed) {
      passFrom = next;
      dropLineFeed = false;
    }
  }

  private void endOfEvent(int next) {
    if (mode == Mode.DROPPING) {
      passFrom = next;
      dropLineFeed = afterReturn;
    } else if (mode == Mode.HOLDING) {
      pass();
    }
    mode = Mode.BETWEEN;
    detector.reset();
  }

  private void pass() {
    mode = Mode.PASSING;
    if (held != null) {
      add(held);
      held = null;
    }
  }

  private void drop(ByteBuf in) {
    add(in, passFrom, holdFrom);
    close();
    mode = Mode.DROPPING;
  }

  private void settle(ByteBuf in) {
    int to = in.writerIndex();
    if (mode == Mode.HOLDING && heldBytes() + to - holdFrom > MOST_HELD) {
      pass();
    }
    switch (mode) {
      case BETWEEN, PASSING -> add(in, passFrom, to);
      case HOLDING -> {
        add(in, passFrom, holdFrom);
        hold(in, holdFrom, to);
      }
      case DROPPING -> {}
    }
  }

  private int heldBytes() {
    return held == null ? 0 : held.readableBytes();
  }

  /** Copied, and not sliced: some bytes must not keep a whole receive buffer in memory. */
  private void hold(ByteBuf in, int from, int to) {
    if (held == null) {
      held = in.alloc().buffer(to - from);
    }
    held.writeBytes(in, from, to - from);
  }

  private void add(ByteBuf in, int from, int to) {
    if (from >= to) {
      return;
    }
    boolean whole = from == in.readerIndex() && to == in.writerIndex();
    add(whole ? in.retain() : in.retainedSlice(from, to - from));
  }

  private void add(ByteBuf part) {
    if (passed == null) {
      passed = part;
    } else if (passed instanceof CompositeByteBuf several && joined) {
      several.addComponent(true, part);
    } else {
      passed = part.alloc().compositeBuffer().addComponent(true, passed).addComponent(true, part);
      joined = true;
    }
  }

  private @Nullable ByteBuf takePassed() {
    ByteBuf result = passed;
    passed = null;
    joined = false;
    return result;
  }

  private static int endOfLine(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }
}
