package dev.tollgate.gateway.usage;

import io.netty.buffer.ByteBuf;

/**
 * Reads the provider's own token count out of one answer while its bytes pass, cut anywhere. Used
 * by one event loop at a time. It never keeps, releases or moves the index of a buffer, holds no
 * more than a bounded part of the answer, and never fails: what it cannot read is not there.
 */
public interface UsageReader {

  /** Looks at the readable bytes of {@code chunk}. */
  void accept(ByteBuf chunk);

  /** What has been read so far; called once, at the end of the answer or when it was cut. */
  UsageReading read();
}
