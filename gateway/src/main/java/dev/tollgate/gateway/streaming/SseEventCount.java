package dev.tollgate.gateway.streaming;

import io.netty.buffer.ByteBuf;

/**
 * Counts the events of a stream by the empty lines behind them, whatever its line ends (LF, CR, CR
 * LF); one that is not closed counts.
 */
public final class SseEventCount {

  private long closed;
  private boolean inLine;
  private boolean inEvent;
  private boolean afterReturn;

  /** Takes note of the readable bytes of {@code chunk}; leaves it as it is. */
  public void passed(ByteBuf chunk) {
    var _ = chunk.forEachByte(this::passed);
  }

  private boolean passed(byte b) {
    boolean secondHalf = b == '\n' && afterReturn;
    afterReturn = b == '\r';
    if (b != '\n' && b != '\r') {
      inLine = true;
      inEvent = true;
    } else if (!secondHalf) {
      lineEnded();
    }
    return true;
  }

  private void lineEnded() {
    if (!inLine && inEvent) {
      closed++;
      inEvent = false;
    }
    inLine = false;
  }

  /** How many have passed. */
  public long count() {
    return inEvent ? closed + 1 : closed;
  }
}
