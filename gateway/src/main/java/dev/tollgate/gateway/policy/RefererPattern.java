package dev.tollgate.gateway.policy;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of pages, such as {@code https://app.company.com/*}. An asterisk stays in the part of
 * the URL that it stands in, so that one in the path cannot reach into the host, nor one in the
 * host into the path: in a host it stands for subdomains at its beginning and for one label or a
 * part of it elsewhere, behind the host's slash for any text.
 *
 * <p>Without a scheme, HTTP and HTTPS are meant; without a path, the root; with an asterisk instead
 * of a path, as in {@code https://app.company.com*}, every path of this very host.
 *
 * @param scheme null for both
 * @param port empty for the scheme's default, null for any
 */
record RefererPattern(@Nullable String scheme, String host, @Nullable String port, ModelGlob path) {

  private static final String ANY = "*";
  private static final String SUBDOMAINS_OF = "*.";

  static RefererPattern of(String text) {
    int colons = text.indexOf("://");
    String scheme = colons < 0 ? ANY : text.substring(0, colons).toLowerCase(Locale.ROOT);
    String rest = colons < 0 ? text : text.substring(colons + 3);
    int end = RefererUrl.endOfAuthority(rest, 0);
    String authority = rest.substring(0, end).toLowerCase(Locale.ROOT);
    String path = rest.substring(end);
    if (path.isEmpty() && authority.endsWith(ANY)) {
      path = ANY;
      authority = authority.length() == 1 ? ANY : authority.substring(0, authority.length() - 1);
    }
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    String port = colon < 0 ? "" : authority.substring(colon + 1);
    return new RefererPattern(
        scheme.equals(ANY) ? null : scheme,
        colon < 0 ? authority : authority.substring(0, colon),
        normalPort(port, scheme, authority),
        ModelGlob.compile(path.isEmpty() ? "/" : path));
  }

  private static @Nullable String normalPort(String port, String scheme, String authority) {
    boolean silent =
        (port.equals("443") && scheme.equals("https"))
            || (port.equals("80") && scheme.equals("http"));
    return port.equals(ANY) || authority.equals(ANY) ? null : silent ? "" : port;
  }

  boolean matches(RefererUrl page) {
    WebOrigin origin = page.origin();
    return (scheme == null || scheme.equals(origin.scheme()))
        && (port == null || port.equals(origin.port()))
        && matchesHost(origin.host())
        && path.matches(page.pathAndQuery());
  }

  private boolean matchesHost(String name) {
    if (host.equals(ANY) || host.equals(name)) {
      return true;
    }
    if (host.startsWith(SUBDOMAINS_OF) && host.lastIndexOf('*') == 0) {
      return name.length() >= host.length() && name.endsWith(host.substring(1));
    }
    return host.indexOf('*') >= 0 && matchesLabels(labels(host), labels(name));
  }

  private static boolean matchesLabels(List<String> patterns, List<String> names) {
    if (patterns.size() != names.size()) {
      return false;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (!ModelGlob.compile(patterns.get(i)).matches(names.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> labels(String host) {
    return List.of(host.split("\\.", -1));
  }
}
