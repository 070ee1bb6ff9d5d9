package dev.tollgate.gateway.usage.internal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members of a JSON object, in UTF-8, each with a comma before it. By hand, since two of these are
 * written for each request: a generator and its streams took 5 KB of memory for them.
 */
final class JsonMembers {

  private static final int USUAL_SIZE = 640;
  private static final int LONGEST_NUMBER = 20;
  private static final int LONGEST_CHAR = 6;
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] bytes = new byte[USUAL_SIZE];
  private int length;

  /** Appends bytes as they are. */
  JsonMembers raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
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

  private void quoted(String value) {
    reserve(2 + LONGEST_CHAR * value.length());
    bytes[length++] = '"';
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    }
    bytes[length++] = '"';
  }

  /** As JSON has it without any other encoding than ASCII. */
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
    ascii(Long.toString(value));
    return this;
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

  /** Appends a name, for a value that follows. */
  JsonMembers name(String name) {
    reserve(name.length() + 4);
    bytes[length++] = ',';
    bytes[length++] = '"';
    ascii(name);
    bytes[length++] = '"';
    bytes[length++] = ':';
    return this;
  }

  private void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
