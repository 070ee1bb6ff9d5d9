package dev.tollgate.gateway.network;

import java.util.Arrays;

/**
 * One network, such as {@code 203.0.113.0/24} or {@code 2001:db8::/32}; an address without a prefix
 * length is a network of one. An IPv4-mapped IPv6 network is the IPv4 network. Bits behind the
 * prefix are ignored.
 */
public final class Cidr {

  private static final int IPV4_BYTES = 4;
  private static final int MAPPED_BITS = 96;

  private final IpValue first;
  private final IpValue last;
  private final int prefixLength;
  private final String text;

  private Cidr(IpValue first, IpValue last, int prefixLength, String text) {
    this.first = first;
    this.last = last;
    this.prefixLength = prefixLength;
    this.text = text;
  }

  /**
   * Reads a network.
   *
   * @throws IllegalArgumentException if the text is not an address literal with an optional prefix
   *     length; a host name is not looked up
   */
  public static Cidr of(String text) {
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash), text);
    int bits = address.length * Byte.SIZE;
    int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits, text);
    IpValue first = IpValue.of(fill(address, prefix, 0));
    IpValue last = IpValue.of(fill(address, prefix, 0xFF));
    boolean mapped = address.length > IPV4_BYTES && first.version() == 4;
    return new Cidr(first, last, mapped ? prefix - MAPPED_BITS : prefix, text);
  }

  IpValue first() {
    return first;
  }

  IpValue last() {
    return last;
  }

  /** Out of the 32 or 128 bits of the family. */
  int prefixLength() {
    return prefixLength;
  }

  private static byte[] literal(String literal, String text) {
    byte[] address = IpLiteral.bytes(literal);
    if (address == null) {
      throw new IllegalArgumentException("'%s' is not a network in CIDR notation".formatted(text));
    }
    return address;
  }

  private static int prefix(String digits, int bits, String text) {
    if (digits.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(digits) <= bits) {
      return Integer.parseInt(digits);
    }
    throw new IllegalArgumentException(
        "'%s' has no prefix length between 0 and %d".formatted(text, bits));
  }

  /** The address with every bit behind the prefix set to that of {@code filler}. */
  private static byte[] fill(byte[] address, int prefix, int filler) {
    byte[] filled = Arrays.copyOf(address, address.length);
    for (int i = prefix / Byte.SIZE; i < filled.length; i++) {
      int kept = Math.max(0, prefix - i * Byte.SIZE);
      int mask = 0xFF >>> kept;
      filled[i] = (byte) ((filled[i] & ~mask) | (filler & mask));
    }
    return filled;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cidr cidr && first.equals(cidr.first) && last.equals(cidr.last);
  }

  @Override
  public int hashCode() {
    return 31 * first.hashCode() + last.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
