package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Many virtual keys, of which some are in use.
 *
 * @param keys in ASCII, one behind the other; read by several threads
 * @param length of each
 * @param used how many of them, from the first on
 * @param everyOneFirst whether each of them is used once, in turn, before chance picks
 */
public record KeyRing(ByteBuf keys, int length, int used, boolean everyOneFirst) {

  public KeyRing {
    if (used < 1 || used > keys.capacity() / length) {
      throw new IllegalArgumentException("there are not so many keys");
    }
  }

  /** Of an array that is not copied. */
  public static KeyRing of(byte[] keys, int length, int used, boolean everyOneFirst) {
    return new KeyRing(Unpooled.wrappedBuffer(keys), length, used, everyOneFirst);
  }
}
