package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an oracle that compares one bit after the other, in the family's own width. */
class CidrSetPropertyTest {

  private static final int LOOK_UPS = 4_000;

  private static final class Network {

    private final byte[] address;
    private final int prefix;

    Network(byte[] address, int prefix) {
      this.address = address;
      this.prefix = prefix;
    }

    String text() {
      try {
        return InetAddress.getByAddress(address).getHostAddress() + "/" + prefix;
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }

    boolean contains(byte[] candidate) {
      if (candidate.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        if (bit(address, bit) != bit(candidate, bit)) {
          return false;
        }
      }
      return true;
    }

    private static int bit(byte[] bytes, int index) {
      return (bytes[index / 8] >> (7 - index % 8)) & 1;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 200, 10_000})
  void agreesWithTheOracle(int size) throws Exception {
    Random random = new Random(size);
    List<Network> networks = networks(random, size);
    CidrSet set = CidrSet.parse(networks.stream().map(Network::text).toList());

    int found = 0;
    for (int i = 0; i < LOOK_UPS; i++) {
      byte[] candidate = nearOneOf(networks, random);
      boolean expected = networks.stream().anyMatch(network -> network.contains(candidate));
      found += expected ? 1 : 0;
      assertThat(set.contains(InetAddress.getByAddress(candidate)))
          .as("%s", InetAddress.getByAddress(candidate))
          .isEqualTo(expected);
    }
    assertThat(found).isBetween(LOOK_UPS / 10, LOOK_UPS * 95 / 100);
  }

  @Test
  void doesNotDependOnTheOrder() throws Exception {
    Random random = new Random(7);
    List<Network> networks = networks(random, 300);
    List<String> texts = new ArrayList<>(networks.stream().map(Network::text).toList());
    CidrSet one = CidrSet.parse(texts);
    CidrSet other = CidrSet.parse(texts.reversed());

    for (int i = 0; i < LOOK_UPS; i++) {
      InetAddress candidate = InetAddress.getByAddress(nearOneOf(networks, random));
      assertThat(one.contains(candidate)).isEqualTo(other.contains(candidate));
    }
  }

  private static List<Network> networks(Random random, int count) {
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean ipv4 = random.nextBoolean();
      byte[] address = new byte[ipv4 ? 4 : 16];
      random.nextBytes(address);
      // Few leading bits, so that networks nest and touch; short ones are rare.
      address[0] = (byte) (0x20 | (address[0] & 3));
      int width = address.length * 8;
      networks.add(new Network(address, Math.min(width, 7 + random.nextInt(width - 5))));
    }
    return networks;
  }

  /** An address of a network with a bit flipped: half of them inside, many just outside. */
  private static byte[] nearOneOf(List<Network> networks, Random random) {
    Network network = networks.get(random.nextInt(networks.size()));
    byte[] candidate = network.address.clone();
    int bit = random.nextInt(candidate.length * 8);
    candidate[bit / 8] ^= (byte) (1 << (7 - bit % 8));
    return candidate;
  }
}
