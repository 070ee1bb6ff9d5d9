package dev.tollgate.gateway.streaming;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What has come of an answer that may not go on yet: no more than was asked of the provider.
 * Belongs to the provider's event loop.
 */
final class HeldBack {

  private final Queue<ByteBuf> chunks = new ArrayDeque<>();
  private @Nullable Runnable end;

  void add(ByteBuf chunk) {
    chunks.add(chunk.retain());
  }

  /** After all chunks. */
  void endBy(Runnable itsEnd) {
    end = itsEnd;
  }

  /** The next chunk, which the caller releases; null: there is none. */
  @Nullable ByteBuf poll() {
    return chunks.poll();
  }

  void end() {
    if (end != null) {
      end.run();
    }
  }

  void release() {
    chunks.forEach(ByteBuf::release);
    chunks.clear();
  }
}
