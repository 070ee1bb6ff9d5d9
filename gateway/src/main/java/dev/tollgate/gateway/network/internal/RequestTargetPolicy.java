package dev.tollgate.gateway.network.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which request targets (RFC 9112, 3.2) may come in: an origin-form path that means the same to
 * everybody who reads it. What one reader would normalise and another would not (dot segments,
 * empty segments, encoded slashes, letters or digits, double encoding, matrix parameters,
 * backslashes) is how a request slips past a check made on its path, so it is refused rather than
 * repaired.
 */
final class RequestTargetPolicy {

  private static final BitSet PATH = characters("-._~!$&'()*+,=:@/%");

  /** Brackets are no query characters to RFC 3986, but {@code expand[]=…} is common. */
  private static final BitSet QUERY = characters("-._~!$&'()*+,=:@/%?;[]");

  private RequestTargetPolicy() {}

  /** Why {@code target} is refused, as a sentence for the client; null if it is not. */
  static @Nullable String refusalOf(String target) {
    if (!target.startsWith("/")) {
      return "The request target must be a path, not a whole URL.";
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    if (!consistsOf(PATH, path) || !consistsOf(QUERY, query)) {
      return "The request target contains a character that may not stand there unencoded.";
    }
    if (!isWellEncoded(path) || !isWellEncoded(query)) {
      return "The request target contains an incomplete percent-encoding.";
    }
    return refusalOfPath(path);
  }

  private static @Nullable String refusalOfPath(String path) {
    int start = 1;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (slash == start) {
        return "The path contains an empty segment.";
      }
      String refusal = refusalOfSegment(path.substring(start, end));
      if (refusal != null) {
        return refusal;
      }
      start = end + 1;
    }
    return null;
  }

  private static @Nullable String refusalOfSegment(String segment) {
    if (segment.indexOf('%') < 0) {
      return refusalOfDots(segment);
    }
    String decoded = decoded(segment);
    if (decoded == null || !decoded.chars().allMatch(RequestTargetPolicy::mayBeEncoded)) {
      return "The path encodes a character that may not stand in a segment.";
    }
    return encodesLettersOrDigits(segment)
        ? "The path encodes a letter or a digit."
        : refusalOfDots(decoded);
  }

  private static @Nullable String refusalOfDots(String segment) {
    return segment.equals(".") || segment.equals("..") ? "The path contains a dot segment." : null;
  }

  /** No client needs to (RFC 3986, 2.3); whoever does wants two readers to see two words. */
  private static boolean encodesLettersOrDigits(String segment) {
    for (int i = segment.indexOf('%'); i >= 0; i = segment.indexOf('%', i + 3)) {
      int octet = Integer.parseInt(segment, i + 1, i + 3, 16);
      if (octet < 0x80 && Character.isLetterOrDigit(octet)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayBeEncoded(int c) {
    return !Character.isISOControl(c) && "/\\;%".indexOf(c) < 0;
  }

  /** The segment's text, or null if it is not UTF-8 (as with overlong forms of a slash). */
  private static @Nullable String decoded(String segment) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(PercentEncoding.decode(segment));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isWellEncoded(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 3)) {
      if (!PercentEncoding.isEscape(text, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean consistsOf(BitSet characters, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!characters.get(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static BitSet characters(String besideAlphanumerics) {
    BitSet characters = new BitSet();
    characters.set('0', '9' + 1);
    characters.set('A', 'Z' + 1);
    characters.set('a', 'z' + 1);
    besideAlphanumerics.chars().forEach(characters::set);
    return characters;
  }
}
