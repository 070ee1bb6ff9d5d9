package dev.tollgate.crypto.envelope;

import java.util.Arrays;

/** The byte in front of everything stored, so that a later layout can stand beside this one. */
final class Layout {

  private static final byte CURRENT = 1;

  private Layout() {}

  static byte[] mark(byte[] content) {
    byte[] marked = new byte[content.length + 1];
    marked[0] = CURRENT;
    System.arraycopy(content, 0, marked, 1, content.length);
    return marked;
  }

  static boolean isMarked(byte[] stored) {
    return stored.length > 0 && stored[0] == CURRENT;
  }

  static byte[] content(byte[] stored) {
    return Arrays.copyOfRange(stored, 1, stored.length);
  }
}
