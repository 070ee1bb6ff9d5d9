package dev.tollgate.gateway.credentials;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Whether a secret may be sent to a base URL. */
final class AllowedHosts {

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private AllowedHosts() {}

  /**
   * Whether {@code allowed} names the host and port of {@code target}.
   *
   * @param allowed each {@code host} for port 443 or {@code host:port}, in lower case, as the admin
   *     API stores them; no patterns
   */
  static boolean permit(Set<String> allowed, URI target) {
    String host = target.getHost();
    if (host == null) {
      return false;
    }
    int port = port(target);
    String name = host.toLowerCase(Locale.ROOT);
    return allowed.contains(port == HTTPS_PORT ? name : name + ":" + port);
  }

  private static int port(URI target) {
    if (target.getPort() >= 0) {
      return target.getPort();
    }
    return "https".equalsIgnoreCase(target.getScheme()) ? HTTPS_PORT : HTTP_PORT;
  }
}
