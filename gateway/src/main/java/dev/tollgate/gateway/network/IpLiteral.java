package dev.tollgate.gateway.network;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses that were written down, without ever looking a name up. Refuses what two readers
 * read in two ways: zone ids, and IPv4 other than four decimal numbers without leading zeros.
 */
public final class IpLiteral {

  private static final Pattern IPV4 =
      Pattern.compile("(?:[0-9A-Fa-f:]*:)?(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final int LONGEST = 45;

  private IpLiteral() {}

  /** The address, an IPv4-mapped one as IPv4; null if the text is none. */
  public static @Nullable InetAddress parse(String text) {
    byte[] address = bytes(text);
    return address == null ? null : inetAddress(address);
  }

  /** The address in the shortest form, as RFC 5952 says; never a zone. */
  public static String format(InetAddress address) {
    return NetUtil.toAddressString(inetAddress(address.getAddress()));
  }

  static byte @Nullable [] bytes(String text) {
    boolean unreadable =
        text.length() > LONGEST
            || text.indexOf('%') >= 0
            || text.indexOf('[') >= 0
            || (text.indexOf('.') >= 0 && !IPV4.matcher(text).matches());
    return unreadable ? null : NetUtil.createByteArrayFromIpAddressString(text);
  }

  private static InetAddress inetAddress(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
