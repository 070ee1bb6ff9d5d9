package dev.tollgate.gateway.usage.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Joins rows to one JSON array, for the database. Under load one follows the other: what it writes
 * to is kept for the next. Thread-safe.
 */
final class RowArray {

  /** Of a batch of a thousand. */
  private static final int LONGEST_KEPT = 1024 * 1024;

  private byte[] kept = {};

  /**
   * @param rows JSON, one at least
   */
  synchronized String of(List<byte[]> rows) {
    byte[] bytes = room(rows);
    int length = 0;
    byte before = '[';
    for (byte[] row : rows) {
      bytes[length++] = before;
      System.arraycopy(row, 0, bytes, length, row.length);
      length += row.length;
      before = ',';
    }
    bytes[length++] = ']';
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private byte[] room(List<byte[]> rows) {
    int length = 1;
    for (byte[] row : rows) {
      length += 1 + row.length;
    }
    if (length > LONGEST_KEPT) {
      return new byte[length];
    }
    if (length > kept.length) {
      kept = new byte[Math.min(2 * length, LONGEST_KEPT)];
    }
    return kept;
  }
}
