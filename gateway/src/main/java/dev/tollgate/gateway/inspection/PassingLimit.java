package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.springframework.util.unit.DataSize;

/** Counts a body that passes through, and fails it at the first byte too many. */
final class PassingLimit implements Consumer<ByteBuf> {

  private final long limitBytes;
  private long passedBytes;

  PassingLimit(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  @Override
  public void accept(ByteBuf chunk) {
    passedBytes += chunk.readableBytes();
    if (passedBytes > limitBytes) {
      chunk.release();
      throw RequestInspectionFilter.tooLarge(DataSize.ofBytes(limitBytes)).asException();
    }
  }
}
