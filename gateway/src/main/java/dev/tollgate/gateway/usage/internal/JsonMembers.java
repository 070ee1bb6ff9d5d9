package dev.tollgate.gateway.usage.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members of a JSON object, in UTF-8, each with a comma before it. By hand, since two of these are
 * written for each request: a generator and its streams took 5 KB of memory for them.
 */
final class JsonMembers {

  private static final int USUAL_SIZE = 4 * 1024;
  private static final int LONGEST_KEPT = 64 * 1024;
  private static final int LONGEST_NUMBER = 20;
  private static final int LONGEST_CHAR = 6;
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] bytes = new byte[USUAL_SIZE];
  private int length;

  /** Forgets what was written, to be used again for others. */
  JsonMembers clear() {
    length = 0;
    if (bytes.length > LONGEST_KEPT) {
      bytes = new byte[USUAL_SIZE];
    }
    return this;
  }

  /** Appends bytes as they are. */
  JsonMembers raw(byte[] json) {
    return raw(json, json.length);
  }

  /** Appends the first bytes as they are. */
  JsonMembers raw(byte[] json, int upTo) {
    reserve(upTo);
    System.arraycopy(json, 0, bytes, length, upTo);
    length += upTo;
    return this;
  }

  /** Appends a member whose value is JSON already. */
  JsonMembers json(String name, byte[] value) {
    return name(name).raw(value);
  }

  /** Appends a member whose value is JSON already. */
  JsonMembers json(String name, String value) {
    return json(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Appends a member.
   *
   * @param name of letters and underscores
   * @param value well-formed text; null: there is no such member
   */
  JsonMembers text(String name, @Nullable String value) {
    if (value != null) {
      name(name).quoted(value);
    }
    return this;
  }

  /** Appends a member that is an array of texts; none where there are none. */
  JsonMembers texts(String name, List<String> values) {
    if (!values.isEmpty()) {
      name(name);
      byte before = '[';
      for (String value : values) {
        reserve(1);
        bytes[length++] = before;
        quoted(value);
        before = ',';
      }
      reserve(1);
      bytes[length++] = ']';
    }
    return this;
  }

  /** Appends a member as {@link Instant#toString} has it. */
  JsonMembers time(String name, Instant value) {
    name(name);
    reserve(2 + InstantText.LONGEST);
    bytes[length++] = '"';
    length = InstantText.write(value, bytes, length);
    bytes[length++] = '"';
    return this;
  }

  private void quoted(String value) {
    reserve(2 + value.length());
    bytes[length++] = '"';
    if (isPlain(value)) {
      ascii(value);
    } else {
      escaped(value);
    }
    bytes[length++] = '"';
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isPlain(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  /** As JSON has it without any other encoding than ASCII. */
  private void escaped(String value) {
    reserve(1 + LONGEST_CHAR * value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isPlain(c)) {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    }
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[c >> shift & 0xf];
    }
  }

  JsonMembers number(String name, long value) {
    name(name);
    reserve(LONGEST_NUMBER);
    if (value < 0) {
      ascii(Long.toString(value));
    } else {
      digits(value);
    }
    return this;
  }

  /** From the last one on, at the end of what is reserved, and then moved to its place. */
  private void digits(long value) {
    int end = length + LONGEST_NUMBER;
    int first = end;
    long rest = value;
    do {
      bytes[--first] = DIGITS[(int) (rest % 10)];
      rest /= 10;
    } while (rest != 0);
    System.arraycopy(bytes, first, bytes, length, end - first);
    length += end - first;
  }

  JsonMembers number(String name, @Nullable Long value) {
    return value == null ? this : number(name, value.longValue());
  }

  JsonMembers bool(String name, boolean value) {
    name(name);
    reserve(LONGEST_NUMBER);
    ascii(value ? "true" : "false");
    return this;
  }

  private JsonMembers name(String name) {
    reserve(name.length() + 4);
    bytes[length++] = ',';
    bytes[length++] = '"';
    ascii(name);
    bytes[length++] = '"';
    bytes[length++] = ':';
    return this;
  }

  /**
   * The method is out of favor for texts of other characters, and the only one that just copies.
   */
  @SuppressWarnings("deprecation")
  private void ascii(String text) {
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** How much is written, bytes. */
  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
