package dev.tollgate.gateway.network;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses that were written down, without ever looking a name up. Refuses what two readers
 * read in two ways: zone ids, and IPv4 other than four decimal numbers without leading zeros.
 */
public final class IpLiteral {

  private static final int IPV4_NUMBERS = 4;
  private static final int LONGEST_NUMBER = 3;

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
            || (text.indexOf('.') >= 0 && !endsWithIpv4(text));
    return unreadable ? null : NetUtil.createByteArrayFromIpAddressString(text);
  }

  /** By hand, as all that is asked of every request: a pattern takes ten times as long. */
  private static boolean endsWithIpv4(String text) {
    int from = text.lastIndexOf(':') + 1;
    for (int i = 0; i < from; i++) {
      if (text.charAt(i) != ':' && !HexFormat.isHexDigit(text.charAt(i))) {
        return false;
      }
    }
    return isIpv4(text, from);
  }

  private static boolean isIpv4(String text, int start) {
    int numbers = 0;
    int from = start;
    while (from <= text.length()) {
      int dot = text.indexOf('.', from);
      int to = dot < 0 ? text.length() : dot;
      if (!isNumber(text, from, to)) {
        return false;
      }
      numbers++;
      from = to + 1;
    }
    return numbers == IPV4_NUMBERS;
  }

  /** Decimal, without leading zeros; whether it is too large shows later. */
  private static boolean isNumber(String text, int from, int to) {
    int digits = to - from;
    if (digits < 1 || digits > LONGEST_NUMBER || (digits > 1 && text.charAt(from) == '0')) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static InetAddress inetAddress(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
