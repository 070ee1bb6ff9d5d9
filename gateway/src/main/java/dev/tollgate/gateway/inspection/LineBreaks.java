package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;

/** Finds line breaks eight bytes at a time; a file has few, and is searched for nothing else. */
final class LineBreaks {

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long ALL_CR = ONES * '\r';
  private static final long ALL_LF = ONES * '\n';

  private LineBreaks() {}

  /** The index of the first CR or LF in {@code [from, to)}, or {@code to}. */
  static int next(ByteBuf bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = bytes.getLongLE(at);
      // Borrows only reach bytes above the lowest hit, so the lowest is exact.
      long hits = zeroes(word ^ ALL_CR) | zeroes(word ^ ALL_LF);
      if (hits != 0) {
        return at + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
      }
    }
    while (at < to && !isLineBreak(bytes.getByte(at))) {
      at++;
    }
    return at;
  }

  private static long zeroes(long word) {
    return (word - ONES) & ~word & HIGHS;
  }

  private static boolean isLineBreak(byte b) {
    return b == '\r' || b == '\n';
  }
}
