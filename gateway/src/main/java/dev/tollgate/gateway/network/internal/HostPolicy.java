package dev.tollgate.gateway.network.internal;

import io.netty.util.NetUtil;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which Host headers (RFC 9112, 3.2) may come in: one, with a name or address and a port. */
final class HostPolicy {

  private static final Pattern HOST =
      Pattern.compile(
          "(?<name>[A-Za-z0-9._-]{1,255}|\\[(?<ipv6>[0-9A-Fa-f:.]{2,45})])(:(?<port>[0-9]{1,5}))?");
  private static final int HIGHEST_PORT = 65_535;

  /** Almost all requests name the same one, and the pattern costs a hundredth of a request. */
  private static volatile @Nullable String lastPermitted;

  private HostPolicy() {}

  static boolean permits(List<String> hosts) {
    if (hosts.size() != 1) {
      return false;
    }
    String host = hosts.getFirst();
    return host.equals(lastPermitted) || permits(host);
  }

  private static boolean permits(String host) {
    Matcher parts = HOST.matcher(host);
    boolean permitted =
        parts.matches() && isAddress(parts.group("ipv6")) && isPort(parts.group("port"));
    if (permitted) {
      lastPermitted = host;
    }
    return permitted;
  }

  private static boolean isAddress(@Nullable String ipv6) {
    return ipv6 == null || NetUtil.isValidIpV6Address(ipv6);
  }

  private static boolean isPort(@Nullable String port) {
    return port == null || Integer.parseInt(port) <= HIGHEST_PORT;
  }
}
