package dev.tollgate.gateway.bodies;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/**
 * The beginning of a body, copied as it passes. Thread-safe: a client that goes away may end the
 * request from another thread while a chunk passes.
 */
public final class BodyCopy {

  private final BodySink sink;
  private final int longest;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean truncated;
  private boolean taken;

  public BodyCopy(BodySink sink, int longest) {
    this.sink = sink;
    this.longest = longest;
  }

  /** Copies what there is room for; neither keeps nor changes {@code chunk}. */
  public synchronized void passed(ByteBuf chunk) {
    if (taken || truncated) {
      return;
    }
    int length = chunk.readableBytes();
    int room = Math.min(length, longest - bytes.size());
    int granted = room == 0 ? 0 : sink.borrow(room);
    truncated = granted < length;
    if (granted > 0) {
      byte[] copied = new byte[granted];
      chunk.getBytes(chunk.readerIndex(), copied);
      bytes.writeBytes(copied);
    }
  }

  /**
   * What was copied.
   *
   * @param truncated whether more passed than was copied
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  public record Taken(byte[] bytes, boolean truncated) {}

  /** Ends the copy; what passes from now on is not seen. Its bytes are still owed to the sink. */
  public synchronized Taken take() {
    taken = true;
    return new Taken(bytes.toByteArray(), truncated);
  }
}
