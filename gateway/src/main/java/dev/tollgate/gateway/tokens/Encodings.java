package dev.tollgate.gateway.tokens;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The encodings of this process, each loaded once, when the first text needs it: o200k_base takes a
 * second and some 30 MB. Thread-safe.
 */
final class Encodings {

  private final EncodingRegistry registry =
      com.knuddels.jtokkit.Encodings.newLazyEncodingRegistry();
  private volatile Map<TextEncoding, Encoding> loaded = Map.of();

  /** The encoding if it is there already; never waits. */
  @Nullable Encoding find(TextEncoding encoding) {
    return loaded.get(encoding);
  }

  /** The encoding; may read it first, which blocks. */
  Encoding load(TextEncoding encoding) {
    Encoding found = loaded.get(encoding);
    return found != null ? found : loadNow(encoding);
  }

  private synchronized Encoding loadNow(TextEncoding encoding) {
    Encoding found = loaded.get(encoding);
    if (found == null) {
      found = registry.getEncoding(encoding.type());
      Map<TextEncoding, Encoding> more = new EnumMap<>(TextEncoding.class);
      more.putAll(loaded);
      more.put(encoding, found);
      loaded = more;
    }
    return found;
  }
}
