package dev.tollgate.gateway.pipeline;

import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id that a request is known by, in its answer and in every log line. */
public final class RequestIds {

  /** The header of both directions. */
  public static final String HEADER = "x-request-id";

  private static final int LONGEST = 128;
  private static final String VIRTUAL_KEY = "tgk_";

  private RequestIds() {}

  /** The client's own id if it can stand in a log line as it is, else a new one. */
  public static String of(@Nullable String presented) {
    return presented != null && isWellFormed(presented) ? presented : made();
  }

  /** Unique and not to be guessed from another: a secret it is not. */
  private static String made() {
    UUID random = UUID.randomUUID();
    HexFormat hex = HexFormat.of();
    return "req_"
        + hex.toHexDigits(random.getMostSignificantBits())
        + hex.toHexDigits(random.getLeastSignificantBits());
  }

  private static boolean isWellFormed(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST
        && !id.contains(VIRTUAL_KEY)
        && id.chars().allMatch(RequestIds::isSafe);
  }

  private static boolean isSafe(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
