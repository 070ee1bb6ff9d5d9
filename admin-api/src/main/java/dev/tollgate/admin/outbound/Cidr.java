package dev.tollgate.admin.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A network such as {@code 10.0.0.0/8} or {@code fc00::/7}; a bare address is a network of one.
 *
 * @param address as it was written; bits after the prefix do not matter
 * @param prefix bits, 0 to 32 or 128
 */
public record Cidr(InetAddress address, int prefix) {

  public Cidr {
    if (prefix < 0 || prefix > address.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("a network's prefix is too long");
    }
  }

  /** Reads the usual notation; addresses only, no names. */
  public static Cidr of(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = literal(host);
    int bits = address.getAddress().length * Byte.SIZE;
    return new Cidr(address, slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
  }

  private static InetAddress literal(String host) {
    if (!host.matches("[0-9a-fA-F:.]+") || (host.indexOf(':') < 0 && !host.matches("[0-9.]+"))) {
      throw new IllegalArgumentException("'" + host + "' is not an address");
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + host + "' is not an address", e);
    }
  }

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >>> (bit % Byte.SIZE);
      if ((mine[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }
}
