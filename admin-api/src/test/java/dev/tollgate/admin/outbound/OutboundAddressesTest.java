package dev.tollgate.admin.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundAddressesTest {

  private final OutboundAddresses addresses =
      new OutboundAddresses(new OutboundProperties(List.of("10.1.0.0/16")));

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.2.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "3fff::1",
        "5f00::1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1"
      })
  void permitsNothingInside(String literal) {
    assertThat(addresses.permit(address(literal), true)).isFalse();
  }

  @Test
  void permitsPublicAddressesOverTlsOnly() {
    assertThat(addresses.permit(address("8.8.8.8"), true)).isTrue();
    assertThat(addresses.permit(address("2606:4700::1111"), true)).isTrue();
    assertThat(addresses.permit(address("8.8.8.8"), false)).isFalse();
  }

  @Test
  void permitsWhatTheOperatorAllows() {
    assertThat(addresses.permit(address("10.1.2.3"), false)).isTrue();
  }

  /** Netty makes such an address of the literal, Java would not. */
  @Test
  void judgesAMappedAddressByTheOneItReaches() throws UnknownHostException {
    assertThat(addresses.permit(mapped(127, 0, 0, 1), true)).isFalse();
    assertThat(addresses.permit(mapped(10, 1, 2, 3), false)).isTrue();
  }

  private static InetAddress mapped(int... ipv4) throws UnknownHostException {
    byte[] bytes = new byte[16];
    bytes[10] = (byte) 0xff;
    bytes[11] = (byte) 0xff;
    for (int i = 0; i < ipv4.length; i++) {
      bytes[12 + i] = (byte) ipv4[i];
    }
    return Inet6Address.getByAddress(null, bytes, -1);
  }
}
