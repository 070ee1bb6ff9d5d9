package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes up to a limit; grows as they come. */
final class ByteStore {

  private final int limit;
  private byte[] bytes = new byte[0];
  private int length;

  ByteStore(int limit) {
    this.limit = limit;
  }

  boolean add(byte b) {
    if (!makeRoom(1)) {
      return false;
    }
    bytes[length++] = b;
    return true;
  }

  boolean add(ByteBuf from, int start, int end) {
    if (!makeRoom(end - start)) {
      return false;
    }
    from.getBytes(start, bytes, length, end - start);
    length += end - start;
    return true;
  }

  private boolean makeRoom(int more) {
    if (more > limit - length) {
      return false;
    }
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(256, 2 * (length + more))));
    }
    return true;
  }

  boolean endsWith(char c) {
    return length > 0 && bytes[length - 1] == c;
  }

  /** Whether the block ends with an empty line: its only one, as the reading stops there. */
  boolean isEmptyLineLast() {
    return length == 2 || (length >= 4 && bytes[length - 3] == '\n');
  }

  void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
