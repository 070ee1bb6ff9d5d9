package dev.tollgate.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tells Tollgate's own keys and tokens by their looks, wherever a client has put them: what looks
 * like one is never forwarded and never logged.
 */
public final class TollgateSecrets {

  private static final String VIRTUAL_KEY = "tgk_";
  private static final String ADMIN_KEY = "tga_";

  /** How the Base64 of every JSON object begins that begins with a member's name. */
  private static final String TOKEN_START = "eyJ";

  private static final String TOKEN_TYPE = "\"tgt+jwt\"";

  private TollgateSecrets() {}

  /** Whether {@code text} holds a key, or is a project token. */
  public static boolean isIn(String text) {
    return text.contains(VIRTUAL_KEY) || text.contains(ADMIN_KEY) || isToken(text);
  }

  /** Whether {@code text} is a virtual key or a project token, valid or not. */
  public static boolean isOne(String text) {
    return text.startsWith(VIRTUAL_KEY) || isToken(text);
  }

  /** Other tokens may stand in any header; only Tollgate's have this type. */
  private static boolean isToken(String text) {
    int dot = text.indexOf('.');
    if (dot < 0 || !text.startsWith(TOKEN_START)) {
      return false;
    }
    try {
      byte[] header = Base64.getUrlDecoder().decode(text.substring(0, dot));
      return new String(header, StandardCharsets.UTF_8).contains(TOKEN_TYPE);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
