package dev.tollgate.crypto.envelope;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Writes associated data so that no two lists of fields give the same bytes: every field says its
 * length before it stands, and every kind of data starts with a layout number and its own name.
 *
 * <pre>
 * data      = u8 layout (1) | string name | fields…
 * string    = u32 length in bytes | UTF-8
 * optional  = u8 0  |  u8 1, string
 * number    = u32
 * list      = u32 count | string…
 * </pre>
 *
 * Numbers are big-endian.
 */
final class AssociatedData {

  private static final int LAYOUT = 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  private AssociatedData() {}

  static AssociatedData named(String name) {
    AssociatedData data = new AssociatedData();
    data.write(out -> out.writeByte(LAYOUT));
    return data.string(name);
  }

  AssociatedData string(String value) {
    byte[] utf8 = utf8(value);
    return write(out -> {
      out.writeInt(utf8.length);
      out.write(utf8);
    });
  }

  AssociatedData optional(@Nullable String value) {
    if (value == null) {
      return write(out -> out.writeByte(0));
    }
    return write(out -> out.writeByte(1)).string(value);
  }

  AssociatedData number(int value) {
    return write(out -> out.writeInt(value));
  }

  AssociatedData list(Collection<String> values) {
    number(values.size());
    values.forEach(this::string);
    return this;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  /** A lone surrogate would become "?" and two ids one; it is refused instead. */
  private static byte[] utf8(String value) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      byte[] utf8 = new byte[encoded.remaining()];
      encoded.get(utf8);
      return utf8;
    } catch (CharacterCodingException notUnicode) {
      throw new IllegalArgumentException("not well-formed Unicode");
    }
  }

  private AssociatedData write(Field field) {
    try {
      field.writeTo(out);
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory does not fail", impossible);
    }
  }

  private interface Field {
    void writeTo(DataOutputStream out) throws IOException;
  }
}
