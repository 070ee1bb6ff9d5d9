package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.IpLiteral;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One station of a request's way, as a proxy reports it.
 *
 * @param address null if what stands there is no address
 * @param https whether the connection from there was encrypted; null if that is not said
 */
record Hop(@Nullable InetAddress address, @Nullable Boolean https) {

  private static final int HIGHEST_PORT = 65_535;

  /** An address, {@code address:port}, {@code [IPv6]} or {@code [IPv6]:port}; null for others. */
  static @Nullable InetAddress address(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end > 0 && isNoneOrPort(text.substring(end + 1)) && text.indexOf(':') < end
          ? IpLiteral.parse(text.substring(1, end))
          : null;
    }
    int colon = text.indexOf(':');
    boolean ipv4WithPort = colon >= 0 && colon == text.lastIndexOf(':');
    if (!ipv4WithPort) {
      return IpLiteral.parse(text);
    }
    return isNoneOrPort(text.substring(colon)) ? IpLiteral.parse(text.substring(0, colon)) : null;
  }

  private static boolean isNoneOrPort(String text) {
    return text.isEmpty()
        || (text.matches(":[0-9]{1,5}") && Integer.parseInt(text.substring(1)) <= HIGHEST_PORT);
  }

  /** What the name of a protocol says. */
  static boolean isHttps(String protocol) {
    return protocol.equalsIgnoreCase("https") || protocol.equalsIgnoreCase("wss");
  }
}
