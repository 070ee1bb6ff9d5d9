package dev.tollgate.gateway.tokens;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the quotes of a string in a JSON document, escapes and all. In the document's
 * own bytes first, so that a text that is known is found without a copy of it; {@link #kept} is
 * one.
 */
final class Written implements Comparable<Written> {

  static final Written NOTHING = new Written(new byte[0], 0, 0);

  private final byte[] bytes;
  private final int from;
  private final int to;

  /** Asked for several times by whoever looks it up, and as often as it is found. */
  private final int hash;

  /** That of {@code bytes[from, to)}, as long as these stay as they are. */
  Written(byte[] bytes, int from, int to) {
    this(bytes, from, to, hash(bytes, from, to));
  }

  private Written(byte[] bytes, int from, int to, int hash) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.hash = hash;
  }

  /** By an instruction of the processor. That equal ones are easily made up does no harm. */
  private static int hash(byte[] bytes, int from, int to) {
    CRC32C hash = new CRC32C();
    hash.update(bytes, from, to - from);
    return (int) hash.getValue();
  }

  /** The same in bytes of its own. */
  Written kept() {
    return new Written(Arrays.copyOfRange(bytes, from, to), 0, length(), hash);
  }

  int length() {
    return to - from;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Written text
        && hash == text.hash
        && Arrays.equals(bytes, from, to, text.bytes, text.from, text.to);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(Written other) {
    return Arrays.compare(bytes, from, to, other.bytes, other.from, other.to);
  }
}
