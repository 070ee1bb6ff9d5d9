package dev.tollgate.crypto.token;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object the way a security decision needs it: RFC 8259 to the letter, well-formed
 * UTF-8, no byte-order mark, no member twice at any depth (two readers would see two documents), no
 * nesting deeper than {@value #MAX_DEPTH}, nothing after the end, and numbers as they are written,
 * because a {@code double} would round money.
 */
final class StrictJson {

  private static final int MAX_DEPTH = 8;

  private StrictJson() {}

  /** A number exactly as it stands in the document, for example {@code 1.50} or {@code 1e9}. */
  record Literal(String text) {}

  /**
   * The members of the object, in order. Values are {@link String}, {@link Literal}, {@link
   * Boolean}, {@link List}, {@link Map}; a {@code null} literal is {@link Null#NULL}.
   *
   * @throws MalformedJsonException if the bytes are anything but one such object
   */
  static Map<String, Object> parseObject(byte[] utf8) throws MalformedJsonException {
    return parseObject(decode(utf8));
  }

  /** As {@link #parseObject(byte[])}, of text. */
  static Map<String, Object> parseObject(String text) throws MalformedJsonException {
    if (!text.startsWith("{")) {
      throw new MalformedJsonException();
    }
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      Map<String, Object> members = object(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException();
      }
      return members;
    } catch (IOException | IllegalStateException | NumberFormatException malformed) {
      throw new MalformedJsonException();
    }
  }

  private static String decode(byte[] utf8) throws MalformedJsonException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedJsonException();
    }
  }

  private static Map<String, Object> object(JsonReader reader) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      if (members.putIfAbsent(reader.nextName(), value(reader)) != null) {
        throw new MalformedJsonException();
      }
    }
    reader.endObject();
    return members;
  }

  private static List<Object> array(JsonReader reader) throws IOException {
    List<Object> elements = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      elements.add(value(reader));
    }
    reader.endArray();
    return elements;
  }

  private static Object value(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case STRING -> reader.nextString();
      case NUMBER -> new Literal(reader.nextString());
      case BOOLEAN -> reader.nextBoolean();
      case NULL -> nullValue(reader);
      case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT -> throw new MalformedJsonException();
    };
  }

  private static Object nullValue(JsonReader reader) throws IOException {
    reader.nextNull();
    return Null.NULL;
  }

  /** Stands for the literal {@code null}, which no member that we read may be. */
  enum Null {
    NULL
  }

  /** Says nothing of the document: what was being read may be a secret, or an attacker's. */
  static final class MalformedJsonException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedJsonException() {
      super("malformed JSON");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this; // thrown for every malformed token that anybody sends
    }
  }

  /** The member if it is a string, else null. */
  static @Nullable String string(Map<String, Object> members, String name) {
    return members.get(name) instanceof String text ? text : null;
  }
}
