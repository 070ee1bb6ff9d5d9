package dev.tollgate.gateway.policy;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set of web origins and patterns of them; a look-up costs a hash for each label of the host. */
public final class WebOrigins {

  private final Set<WebOrigin> patterns;
  private final LastVerdict verdict = new LastVerdict(this::judge);

  private WebOrigins(Set<WebOrigin> patterns) {
    this.patterns = patterns;
  }

  static WebOrigins of(Collection<WebOrigin> patterns) {
    return new WebOrigins(Set.copyOf(patterns));
  }

  /** Compiles patterns as the admin API keeps them; what is none allows nothing. */
  public static WebOrigins parse(Collection<String> patterns) {
    Set<WebOrigin> readable = new HashSet<>();
    for (String pattern : patterns) {
      try {
        readable.add(WebOrigin.pattern(pattern));
      } catch (IllegalArgumentException e) {
        // One bad row must not take all browsers out.
      }
    }
    return of(readable);
  }

  /** Whether an {@code Origin} header names one of them. */
  public boolean contain(@Nullable String origin) {
    return origin != null && !patterns.isEmpty() && verdict.passes(origin);
  }

  private boolean judge(String origin) {
    WebOrigin named = WebOrigin.parse(origin);
    return named != null && contain(named);
  }

  private boolean contain(WebOrigin named) {
    if (patterns.contains(named)) {
      return true;
    }
    String host = named.host();
    for (int dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      if (patterns.contains(named.subdomainsBehind(dot))) {
        return true;
      }
    }
    return false;
  }
}
