package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundAddressPolicyTest {

  private final OutboundAddressPolicy publicOnly =
      new OutboundAddressPolicy(CidrSet.parse(List.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1", // IPv4-compatible 127.0.0.1
        "::808:808", // IPv4-compatible, deprecated whatever it holds
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1", // Teredo
        "2001:2::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2002:c0a8:101::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
      })
  void refusesEveryAddressThatIsNotPublic(String address) {
    assertThat(publicOnly.permits(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "104.18.6.192",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2002:808:808::1",
        "2606:4700::6810:84e5",
        "3ffe::1",
      })
  void permitsPublicAddresses(String address) {
    assertThat(publicOnly.permits(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void permitsWhatTheOperatorAllowsAndNothingBesides() {
    OutboundAddressPolicy policy =
        new OutboundAddressPolicy(CidrSet.parse(List.of("127.0.0.0/8", "fd12::/16")));
    assertThat(policy.permits(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(policy.permits(InetAddress.ofLiteral("64:ff9b::7f00:1"))).isTrue();
    assertThat(policy.permits(InetAddress.ofLiteral("fd12::1"))).isTrue();
    assertThat(policy.permits(InetAddress.ofLiteral("8.8.8.8"))).isTrue();
    assertThat(policy.permits(InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(policy.permits(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
    assertThat(policy.permits(InetAddress.ofLiteral("fd00:ec2::254"))).isFalse();
  }
}
