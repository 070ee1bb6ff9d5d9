package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.gateway.inspection.ParameterizedValue.Parameter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one part of a form, read strictly (RFC 7578): whatever could make another reader
 * see a field of another name, or none, is refused.
 *
 * @param field what the part is
 * @param lengthBytes its length as its own {@code Content-Length} says; -1 without one
 */
record PartHeaders(Field field, long lengthBytes) {

  /** What a part means to the gateway. */
  enum Field {
    MODEL,
    STREAM,
    /** How many answers are asked for. */
    N,
    /** A file, or a field that decides nothing. */
    OTHER
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,256}");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern NAMING = Pattern.compile("(?i)name\\*?\\s*=");
  private static final Set<String> TRANSPARENT = Set.of("binary", "7bit", "8bit");
  private static final Set<String> ASCII_COMPATIBLE = Set.of("utf-8", "us-ascii");

  /**
   * Reads a header block.
   *
   * @param block lines that all end with CRLF; no other control character but tabs
   * @throws MalformedBodyException if anything in it is ambiguous
   */
  static PartHeaders parse(byte[] block, int length) {
    Utf8Validator validator = new Utf8Validator();
    if (!validator.accept(block, 0, length) || !validator.isComplete()) {
      throw malformed("A part's headers are not valid UTF-8.");
    }
    return new Reader().read(new String(block, 0, length, UTF_8));
  }

  private static MalformedBodyException malformed(String reason) {
    return new MalformedBodyException(reason, null);
  }

  private static final class Reader {

    private @Nullable String disposition;
    private @Nullable String mediaType;
    private @Nullable String transferEncoding;
    private @Nullable String length;
    private boolean unknown;

    PartHeaders read(String block) {
      for (String line : block.split("\r\n", 0)) {
        readLine(line);
      }
      requireTransparent();
      Field field = field();
      requireFlat();
      if (field != Field.OTHER) {
        requirePlain(field);
      }
      return new PartHeaders(field, lengthBytes());
    }

    private void readLine(String line) {
      int colon = line.indexOf(':');
      // A folded line begins with white space, which no token does; dashes begin a delimiter.
      if (colon < 0 || line.startsWith("--") || !HeaderSyntax.isToken(line.substring(0, colon))) {
        throw malformed("A part has a malformed header.");
      }
      String value = ParameterizedValue.strip(line.substring(colon + 1));
      keep(line.substring(0, colon).toLowerCase(Locale.ROOT), value);
    }

    private void keep(String name, String value) {
      // Some readers search the whole block for the first name="…".
      if (!name.equals("content-disposition") && NAMING.matcher(value).find()) {
        throw malformed("A part is named in a header that does not name parts.");
      }
      switch (name) {
        case "content-disposition" -> disposition = first(disposition, value);
        case "content-type" -> mediaType = first(mediaType, value);
        case "content-transfer-encoding" -> transferEncoding = first(transferEncoding, value);
        case "content-length" -> length = first(length, value);
        default -> {
          if (name.startsWith("content-")) {
            throw malformed("A part has a header that does not belong in a form.");
          }
          unknown = true;
        }
      }
    }

    private static String first(@Nullable String earlier, String value) {
      if (earlier != null) {
        throw malformed("A part has the same header twice.");
      }
      return value;
    }

    private Field field() {
      if (disposition == null) {
        throw malformed("A part has no Content-Disposition.");
      }
      ParameterizedValue parsed = ParameterizedValue.parse(disposition);
      Parameter name = parsed.only("name");
      if (!parsed.value().equals("form-data") || name == null || !isFirst(parsed, name)) {
        throw malformed("A part is not a named part of a form.");
      }
      Parameter file = parsed.only("filename");
      Parameter extendedFile = parsed.only("filename*");
      int known = 1 + (file == null ? 0 : 1) + (extendedFile == null ? 0 : 1);
      if (parsed.parameters().size() != known || (file != null && !file.quoted())) {
        throw malformed("A part's Content-Disposition has a parameter that is not known.");
      }
      return fieldOf(name.value(), known > 1);
    }

    /** Of all that ends in "name" some readers take the first, filename included. */
    private static boolean isFirst(ParameterizedValue disposition, Parameter name) {
      return name.quoted() && name.equals(disposition.parameters().getFirst());
    }

    private static Field fieldOf(String name, boolean isFile) {
      if (!NAME.matcher(name).matches() || name.equalsIgnoreCase("_charset_")) {
        throw malformed("A part has a name that is not plain.");
      }
      Field field = decidingField(name);
      if (field != Field.OTHER && isFile) {
        throw new MalformedBodyException(
            "The %s must be a field, not a file.".formatted(name), name);
      }
      return field;
    }

    private static Field decidingField(String name) {
      String base = baseOf(name).toLowerCase(Locale.ROOT);
      Field field =
          switch (base) {
            case "model" -> Field.MODEL;
            case "stream" -> Field.STREAM;
            case "n" -> Field.N;
            default -> Field.OTHER;
          };
      if (field != Field.OTHER && !name.equals(base)) {
        throw malformed("A part has a name that some readers take for another field's.");
      }
      return field;
    }

    /** What is left of a name where brackets and dots mean structure, as in PHP, Rails and qs. */
    private static String baseOf(String name) {
      int from = 0;
      while (from < name.length() && isStructure(name.charAt(from))) {
        from++;
      }
      int to = from;
      while (to < name.length() && !isStructure(name.charAt(to))) {
        to++;
      }
      return name.substring(from, to);
    }

    private static boolean isStructure(char c) {
      return c == '[' || c == ']' || c == '.';
    }

    private void requireTransparent() {
      if (transferEncoding != null
          && !TRANSPARENT.contains(transferEncoding.toLowerCase(Locale.ROOT))) {
        throw malformed("A part has a Content-Transfer-Encoding.");
      }
    }

    private void requireFlat() {
      if (mediaType == null) {
        return;
      }
      int semicolon = mediaType.indexOf(';');
      String essence =
          ParameterizedValue.strip(semicolon < 0 ? mediaType : mediaType.substring(0, semicolon))
              .toLowerCase(Locale.ROOT);
      if (!MEDIA_TYPE.matcher(essence).matches()) {
        throw malformed("A part has a malformed Content-Type.");
      }
      if (essence.startsWith("multipart/") || essence.startsWith("message/")) {
        throw malformed("A part is itself made of parts.");
      }
    }

    /** A field that decides something is text, and nothing that some reader could decode. */
    private void requirePlain(Field field) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (unknown || (mediaType != null && !isPlainText(mediaType))) {
        throw new MalformedBodyException("The %s must be plain text.".formatted(name), name);
      }
    }

    private static boolean isPlainText(String mediaType) {
      ParameterizedValue type = ParameterizedValue.parse(mediaType);
      Parameter charset = type.only("charset");
      return type.value().equals("text/plain")
          && type.parameters().size() == (charset == null ? 0 : 1)
          && (charset == null
              || ASCII_COMPATIBLE.contains(charset.value().toLowerCase(Locale.ROOT)));
    }

    private long lengthBytes() {
      if (length == null) {
        return -1;
      }
      if (!LENGTH.matcher(length).matches()) {
        throw malformed("A part has a malformed Content-Length.");
      }
      return Long.parseLong(length);
    }
  }
}
