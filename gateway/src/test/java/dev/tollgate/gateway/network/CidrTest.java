package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  @Test
  void takesAnAddressForANetworkOfOne() {
    assertThat(Cidr.of("192.0.2.1")).isEqualTo(Cidr.of("192.0.2.1/32"));
    assertThat(Cidr.of("2001:db8::1")).isEqualTo(Cidr.of("2001:db8::1/128"));
  }

  @Test
  void ignoresTheBitsBehindThePrefix() {
    assertThat(Cidr.of("10.1.2.3/8")).isEqualTo(Cidr.of("10.0.0.0/8")).hasToString("10.1.2.3/8");
    assertThat(Cidr.of("2001:db8:ffff::/33")).isEqualTo(Cidr.of("2001:db8:8000::/33"));
  }

  @Test
  void foldsIpv4MappedNetworksToIpv4() {
    assertThat(Cidr.of("::ffff:10.0.0.0/104"))
        .isEqualTo(Cidr.of("10.0.0.0/8"))
        .hasSameHashCodeAs(Cidr.of("10.0.0.0/8"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/8 ",
        "10.0.0/8",
        "10.1/16",
        "0x0a.0.0.0/8",
        "256.0.0.0/8",
        "::/129",
        "fe80::1%eth0/64",
        "[::1]/128",
        "localhost",
        "example.com/24",
        "10.0.0.0/8/8",
      })
  void refusesWhatIsNotANetwork(String text) {
    assertThatThrownBy(() -> Cidr.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
