package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CidrSetTest {

  @Test
  void holdsTheFirstAndTheLastAddressOfANetworkAndNoOther() {
    CidrSet set = CidrSet.parse(List.of("10.1.0.0/16", "2001:db8::/32"));
    assertThat(contains(set, "10.1.0.0", "10.1.255.255", "2001:db8::")).containsOnly(true);
    assertThat(contains(set, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")).containsOnly(true);
    assertThat(contains(set, "10.0.255.255", "10.2.0.0", "2001:db9::")).containsOnly(false);
    assertThat(contains(set, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")).containsOnly(false);
  }

  @Test
  void holdsNothingWhenEmpty() {
    CidrSet set = CidrSet.parse(List.of());
    assertThat(set.isEmpty()).isTrue();
    assertThat(contains(set, "0.0.0.0", "::", "255.255.255.255")).containsOnly(false);
  }

  @Test
  void keepsTheFamiliesApart() {
    assertThat(contains(CidrSet.parse(List.of("::/0")), "10.0.0.1")).containsOnly(false);
    assertThat(contains(CidrSet.parse(List.of("0.0.0.0/0")), "::1", "2001:db8::1"))
        .containsOnly(false);
    assertThat(contains(CidrSet.parse(List.of("0.0.0.0/0", "::/0")), "10.0.0.1", "::", "ffff::1"))
        .containsOnly(true);
  }

  @Test
  void takesIpv4MappedAddressesForIpv4() throws UnknownHostException {
    CidrSet set = CidrSet.parse(List.of("10.0.0.0/8"));
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xFF;
    mapped[12] = 10;
    assertThat(set.contains(InetAddress.getByAddress(mapped))).isTrue();
    assertThat(set.contains(IpValue.of(mapped))).isTrue();
  }

  @Test
  void joinsWhatOverlapsOrTouches() {
    CidrSet set = CidrSet.parse(List.of("10.0.1.0/24", "10.0.0.0/24", "10.0.0.0/8", "10.0.0.7"));
    assertThat(contains(set, "10.0.0.7", "10.0.1.1", "10.200.0.0")).containsOnly(true);
    assertThat(contains(set, "9.255.255.255", "11.0.0.0")).containsOnly(false);
  }

  @Test
  void joinsAcrossTheHalvesOfAnIpv6Address() {
    CidrSet set = CidrSet.parse(List.of("2001:db8::/64", "2001:db8:0:1::/64", "ffff::/16"));
    assertThat(contains(set, "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::", "ffff:ffff::"))
        .containsOnly(true);
    assertThat(contains(set, "2001:db8:0:2::", "fffe::")).containsOnly(false);
  }

  @Test
  void refusesASetWithOneBadNetwork() {
    assertThatThrownBy(() -> CidrSet.parse(List.of("10.0.0.0/8", "nonsense")))
        .hasMessageContaining("nonsense");
  }

  @Test
  void agreesWithALinearScanOverManyNetworks() {
    Random random = new Random(7);
    List<Cidr> networks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      networks.add(randomNetwork(random));
    }
    CidrSet set = CidrSet.of(networks);
    for (int i = 0; i < 20_000; i++) {
      IpValue address = randomAddress(random);
      assertThat(set.contains(address))
          .as(address.toString())
          .isEqualTo(networks.stream().anyMatch(cidr -> holds(cidr, address)));
    }
  }

  private static boolean holds(Cidr cidr, IpValue address) {
    return cidr.first().compareTo(address) <= 0 && cidr.last().compareTo(address) >= 0;
  }

  private static Cidr randomNetwork(Random random) {
    return random.nextBoolean()
        ? Cidr.of("10.0.%d.%d/%d".formatted(octet(random), octet(random), 20 + random.nextInt(13)))
        : Cidr.of("2001:db8::%x/%d".formatted(random.nextInt(65536), 110 + random.nextInt(19)));
  }

  private static IpValue randomAddress(Random random) {
    return random.nextBoolean()
        ? Cidr.of("10.0.%d.%d".formatted(octet(random), octet(random))).first()
        : Cidr.of("2001:db8::%x".formatted(random.nextInt(65536))).first();
  }

  private static int octet(Random random) {
    return random.nextInt(256);
  }

  private static List<Boolean> contains(CidrSet set, String... addresses) {
    return List.of(addresses).stream().map(a -> set.contains(InetAddress.ofLiteral(a))).toList();
  }
}
