package dev.tollgate.gateway.inspection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A header value of the form {@code value; name=token; name="quoted"}, read so narrowly that every
 * other reader finds the same parameters in it.
 *
 * @param value what stands before the first semicolon, in lower case
 * @param parameters in order
 */
record ParameterizedValue(String value, List<Parameter> parameters) {

  /**
   * @param name in lower case
   * @param value without its quotes; nothing in it is unescaped, since readers differ in that
   */
  record Parameter(String name, String value, boolean quoted) {}

  /**
   * Reads a whole header value.
   *
   * @throws MalformedBodyException if it has another form, or two readers might differ over it
   */
  static ParameterizedValue parse(String header) {
    int semicolon = header.indexOf(';');
    String value = strip(semicolon < 0 ? header : header.substring(0, semicolon));
    List<Parameter> parameters =
        semicolon < 0 ? List.of() : new Reader(header, semicolon).parameters();
    return new ParameterizedValue(value.toLowerCase(Locale.ROOT), parameters);
  }

  /** Optional white space only; Java's own notion of it is wider than that of HTTP. */
  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && HeaderSyntax.isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && HeaderSyntax.isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /**
   * The only parameter of that name, or null.
   *
   * @throws MalformedBodyException if there are two
   */
  @Nullable Parameter only(String name) {
    Parameter found = null;
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        if (found != null) {
          throw new MalformedBodyException("A header has the same parameter twice.", null);
        }
        found = parameter;
      }
    }
    return found;
  }

  private static final class Reader {

    private final String text;
    private int at;

    Reader(String text, int at) {
      this.text = text;
      this.at = at;
    }

    List<Parameter> parameters() {
      List<Parameter> parameters = new ArrayList<>(2);
      while (at < text.length()) {
        expect(';');
        skipSpaces();
        String name = token().toLowerCase(Locale.ROOT);
        expect('=');
        parameters.add(value(name));
        skipSpaces();
      }
      return parameters;
    }

    private Parameter value(String name) {
      return at < text.length() && text.charAt(at) == '"'
          ? new Parameter(name, quoted(), true)
          : new Parameter(name, token(), false);
    }

    private String token() {
      int from = at;
      while (at < text.length() && HeaderSyntax.isTokenChar(text.charAt(at))) {
        at++;
      }
      if (from == at) {
        throw malformed();
      }
      return text.substring(from, at);
    }

    private String quoted() {
      int end = text.indexOf('"', at + 1);
      // Some readers take \" for a quote within the string, others for the end of it.
      if (end < 0 || text.charAt(end - 1) == '\\') {
        throw malformed();
      }
      String value = text.substring(at + 1, end);
      // Some readers split at semicolons before they look at quotes.
      if (value.indexOf(';') >= 0 && value.indexOf('=') >= 0) {
        throw malformed();
      }
      at = end + 1;
      return value;
    }

    private void skipSpaces() {
      while (at < text.length() && HeaderSyntax.isSpace(text.charAt(at))) {
        at++;
      }
    }

    private void expect(char c) {
      if (at >= text.length() || text.charAt(at) != c) {
        throw malformed();
      }
      at++;
    }

    private static MalformedBodyException malformed() {
      return new MalformedBodyException("A header's parameters are malformed.", null);
    }
  }
}
