package dev.tollgate.admin.virtualkey.policy;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network as {@code 203.0.113.0/24} or {@code 2001:db8::/32}; a single address is a network of
 * one. There is one form of each: bits behind the prefix are zero, an IPv4-mapped network is the
 * IPv4 network, IPv6 is written as RFC 5952 says, a network of one without its prefix length.
 */
final class Network {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-fA-F:.]{2,45})(?:/(0|[1-9][0-9]{0,2}))?");

  /** Four decimal numbers; one with a leading zero means something else to some readers. */
  private static final Pattern IPV4 =
      Pattern.compile("(?:.*:)?(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final int IPV4_BYTES = 4;
  private static final int MAPPED_BITS = 96;

  private final byte[] address;
  private final int prefix;

  private Network(byte[] address, int prefix) {
    this.address = address;
    this.prefix = prefix;
  }

  /** Reads a network or an address; empty for anything else. Looks no name up. */
  static Optional<Network> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    byte[] address = bytes(matcher.group(1));
    if (address == null) {
      return Optional.empty();
    }
    int bits = address.length * Byte.SIZE;
    int prefix = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
    return prefix <= bits ? Optional.of(folded(masked(address, prefix), prefix)) : Optional.empty();
  }

  private static byte @Nullable [] bytes(String literal) {
    boolean dotted = literal.indexOf('.') >= 0;
    return dotted && !IPV4.matcher(literal).matches()
        ? null
        : NetUtil.createByteArrayFromIpAddressString(literal);
  }

  private static byte[] masked(byte[] address, int prefix) {
    byte[] masked = new byte[address.length];
    for (int bit = 0; bit < prefix; bit++) {
      masked[bit / Byte.SIZE] |= (byte) (address[bit / Byte.SIZE] & (0x80 >>> (bit % Byte.SIZE)));
    }
    return masked;
  }

  private static Network folded(byte[] address, int prefix) {
    boolean mapped = address.length > IPV4_BYTES && prefix >= MAPPED_BITS && isMapped(address);
    return mapped
        ? new Network(
            Arrays.copyOfRange(address, address.length - IPV4_BYTES, address.length),
            prefix - MAPPED_BITS)
        : new Network(address, prefix);
  }

  private static boolean isMapped(byte[] address) {
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[10] == -1 && address[11] == -1;
  }

  int prefix() {
    return prefix;
  }

  /**
   * Whether every address of this network is one of one of those.
   *
   * @param prefixes the lengths that occur among them
   */
  boolean isWithin(Set<Network> networks, int[] prefixes) {
    for (int wide : prefixes) {
      if (wide <= prefix && networks.contains(new Network(masked(address, wide), wide))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network network
        && prefix == network.prefix
        && Arrays.equals(address, network.address);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(address) + prefix;
  }

  /** The one form of it. */
  @Override
  public String toString() {
    String text = NetUtil.toAddressString(inetAddress());
    return prefix == address.length * Byte.SIZE ? text : text + "/" + prefix;
  }

  private InetAddress inetAddress() {
    try {
      return address.length == IPV4_BYTES
          ? InetAddress.getByAddress(address)
          : Inet6Address.getByAddress(null, address, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
