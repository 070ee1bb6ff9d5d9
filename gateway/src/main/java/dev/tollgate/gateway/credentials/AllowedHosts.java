package dev.tollgate.gateway.credentials;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Whether a secret may be sent to a base URL. */
final class AllowedHosts {

  private AllowedHosts() {}

  /**
   * @param allowed {@code host} for the scheme's own port, {@code host:port}, either with {@code
   *     *.} in front for any subdomain
   */
  static boolean permit(Set<String> allowed, URI target) {
    String host = target.getHost();
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    int port = port(target);
    return permits(allowed, name + ":" + port)
        || (isUsualPort(target, port) && permits(allowed, name));
  }

  private static boolean permits(Set<String> allowed, String hostAndPort) {
    if (allowed.contains(hostAndPort)) {
      return true;
    }
    for (String pattern : allowed) {
      if (pattern.startsWith("*.")
          && hostAndPort.length() > pattern.length() - 1
          && hostAndPort.endsWith(pattern.substring(1))) {
        return true;
      }
    }
    return false;
  }

  private static int port(URI target) {
    if (target.getPort() >= 0) {
      return target.getPort();
    }
    return "https".equalsIgnoreCase(target.getScheme()) ? 443 : 80;
  }

  private static boolean isUsualPort(URI target, int port) {
    return port == ("https".equalsIgnoreCase(target.getScheme()) ? 443 : 80);
  }
}
