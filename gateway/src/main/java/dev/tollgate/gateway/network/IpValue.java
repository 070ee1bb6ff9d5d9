package dev.tollgate.gateway.network;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An address as a number. IPv4 sorts before all of IPv6, so that {@code ::/0} does not hold IPv4;
 * an IPv4-mapped IPv6 address is the IPv4 address, whichever way it was built.
 *
 * @param version 4 or 6
 * @param high the upper 64 bits, unsigned; 0 for IPv4
 * @param low the lower 64 bits, unsigned
 */
record IpValue(int version, long high, long low) implements Comparable<IpValue> {

  private static final int IPV4_LENGTH = 4;
  private static final long IPV4_MASK = 0xFFFF_FFFFL;

  static IpValue of(InetAddress address) {
    return of(address.getAddress());
  }

  /** Takes 4 or 16 bytes in network order. */
  static IpValue of(byte[] address) {
    ByteBuffer bytes = ByteBuffer.wrap(address);
    if (address.length == IPV4_LENGTH) {
      return ipv4(bytes.getInt());
    }
    long high = bytes.getLong();
    long low = bytes.getLong();
    boolean mapped = high == 0 && low >>> 32 == 0xFFFF;
    return mapped ? ipv4((int) low) : new IpValue(6, high, low);
  }

  static IpValue ipv4(int address) {
    return new IpValue(4, 0, address & IPV4_MASK);
  }

  @Override
  public int compareTo(IpValue other) {
    if (version != other.version) {
      return Integer.compare(version, other.version);
    }
    return high != other.high
        ? Long.compareUnsigned(high, other.high)
        : Long.compareUnsigned(low, other.low);
  }
}
