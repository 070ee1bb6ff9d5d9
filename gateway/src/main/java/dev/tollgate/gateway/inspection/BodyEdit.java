package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/**
 * The bytes {@code [from, to)} of a body give way to {@code text}; every other byte stays.
 *
 * @param from offset of the first byte that goes
 * @param to offset after the last byte that goes; equal to {@code from} for a pure insertion
 * @param text what stands there instead, in UTF-8; not empty
 */
public record BodyEdit(int from, int to, String text) {

  public BodyEdit {
    if (from < 0 || to < from || text.isEmpty()) {
      throw new IllegalArgumentException("not an edit: [%d, %d)".formatted(from, to));
    }
  }

  /**
   * Puts another model in the place of the one that was asked for.
   *
   * @param model any text without unpaired surrogates
   */
  public static BodyEdit renaming(ModelSpan span, String model) {
    return new BodyEdit(span.from(), span.to(), quoted(span.before() + model));
  }

  /** The text in a buffer of the allocator's own kind, to be released by its receiver. */
  ByteBuf encoded(ByteBufAllocator allocator) {
    ByteBuf buffer = allocator.buffer(ByteBufUtil.utf8Bytes(text));
    buffer.writeCharSequence(text, UTF_8);
    return buffer;
  }

  /** A JSON string (RFC 8259, section 7). */
  private static String quoted(String value) {
    StringBuilder json = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      appendEscaped(json, value.charAt(i));
    }
    return json.append('"').toString();
  }

  private static void appendEscaped(StringBuilder json, char c) {
    if (c == '"' || c == '\\') {
      json.append('\\').append(c);
    } else if (c < 0x20) {
      json.append("\\u%04x".formatted((int) c));
    } else {
      json.append(c);
    }
  }
}
