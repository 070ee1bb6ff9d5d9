package dev.tollgate.crypto.token;

import com.nimbusds.jose.util.Base64URL;
import dev.tollgate.crypto.token.StrictJson.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * A token taken apart, nothing in it believed yet: {@code base64url(header) . base64url(payload) .
 * base64url(signature)}. Base64url must be canonical (no padding, no stray bits), so that one token
 * has one spelling.
 */
record CompactToken(String headerAndPayload, String header, String payload, String signature) {

  static final int MAX_LENGTH = 4096;

  static CompactToken split(String token) throws TokenRefusedException {
    if (token.length() > MAX_LENGTH) {
      throw new TokenRefusedException(TokenRefusal.TOO_LONG);
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new TokenRefusedException(TokenRefusal.MALFORMED);
    }
    return new CompactToken(
        token.substring(0, second),
        token.substring(0, first),
        token.substring(first + 1, second),
        token.substring(second + 1));
  }

  Map<String, Object> headerMembers() throws TokenRefusedException {
    return json(header);
  }

  /** Only for a token whose signature was verified. */
  Map<String, Object> payloadMembers() throws TokenRefusedException {
    return json(payload);
  }

  byte[] signingInput() {
    return headerAndPayload.getBytes(StandardCharsets.US_ASCII);
  }

  Base64URL checkedSignature() throws TokenRefusedException {
    decode(signature);
    return new Base64URL(signature);
  }

  private static Map<String, Object> json(String part) throws TokenRefusedException {
    try {
      return StrictJson.parseObject(decode(part));
    } catch (MalformedJsonException malformed) {
      throw new TokenRefusedException(TokenRefusal.MALFORMED);
    }
  }

  private static byte[] decode(String part) throws TokenRefusedException {
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part)) {
        return decoded;
      }
    } catch (IllegalArgumentException notBase64Url) {
      // refused below, as what is not canonical
    }
    throw new TokenRefusedException(TokenRefusal.MALFORMED);
  }
}
