package dev.tollgate.gateway.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenPlacesTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
    "2001:db8:1:2:ffff::1, 2001:db8:1:2::/64",
    "::1, ::/64"
  })
  void takesOfIpv6TheNetwork(String address, String place) {
    assertThat(SeenPlaces.placeOf(InetAddress.ofLiteral(address))).isEqualTo(place);
  }
}
