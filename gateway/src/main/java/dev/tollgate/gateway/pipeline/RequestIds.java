package dev.tollgate.gateway.pipeline;

import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/** The id that a request is known by, in its answer and in every log line. */
public final class RequestIds {

  /** The header of both directions. */
  public static final String HEADER = "x-request-id";

  private static final int LONGEST = 128;
  private static final String VIRTUAL_KEY = "tgk_";

  private static final FastThreadLocal<RequestIdMaker> MAKER =
      new FastThreadLocal<>() {
        @Override
        protected RequestIdMaker initialValue() {
          return new RequestIdMaker();
        }
      };

  private RequestIds() {}

  /** The client's own id if it can stand in a log line as it is, else a new one. */
  public static String of(@Nullable String presented) {
    return presented != null && isWellFormed(presented) ? presented : made();
  }

  /** Unique and not to be guessed from another: a secret it is not. */
  private static String made() {
    return MAKER.get().next();
  }

  private static boolean isWellFormed(String id) {
    return !id.isEmpty() && id.length() <= LONGEST && !id.contains(VIRTUAL_KEY) && isSafe(id);
  }

  private static boolean isSafe(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (!isSafe(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSafe(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
