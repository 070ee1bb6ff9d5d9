package dev.tollgate.gateway.usage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches in bytes of JSON and of lines, eight at a time. */
final class JsonBytes {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long QUOTES = LOW * '"';
  private static final long BACKSLASHES = LOW * '\\';
  private static final long LINE_FEEDS = LOW * '\n';
  private static final long OPENINGS = LOW * '{';
  private static final long CLOSINGS = LOW * '}';

  /** The one bit that square brackets lack to be braces. */
  private static final int BRACE = '{' ^ '[';

  private static final long BRACES = LOW * BRACE;
  private static final long RETURNS = LOW * '\r';

  private JsonBytes() {}

  /** The first quote or backslash in {@code [from, to)}; {@code from} or {@code to} if none is. */
  static int endOfPlain(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long found = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /** The first line feed or carriage return in {@code [from, to)}; {@code to} if there is none. */
  static int endOfLine(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long found = zeros(word ^ LINE_FEEDS) | zeros(word ^ RETURNS);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /**
   * The first quote, brace or square bracket in {@code [from, to)}; {@code to} if there is none.
   */
  static int nextStructure(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long braces = word | BRACES;
      long found = zeros(braces ^ OPENINGS) | zeros(braces ^ CLOSINGS) | zeros(word ^ QUOTES);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && bytes[i] != '"' && !opens(bytes[i]) && (bytes[i] | BRACE) != '}') {
      i++;
    }
    return i;
  }

  /** Whether the byte opens an object or an array. */
  static boolean opens(byte b) {
    return (b | BRACE) == '{';
  }

  /** No colon: it begins no value, so a value must be able to contain it for reading to go on. */
  static boolean endsScalar(byte b) {
    return switch (b) {
      case ',', '}', ']', ' ', '\t', '\r', '\n', '"', '{', '[' -> true;
      default -> false;
    };
  }

  /** Marks every zero byte by its highest bit; exact up to and including the first one. */
  private static long zeros(long word) {
    return (word - LOW) & ~word & HIGH;
  }
}
