package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

  private final EdgeMeters meters = new EdgeMeters(new SimpleMeterRegistry());

  @Test
  void countsAddressesApart() {
    ConnectionLimits limits = new ConnectionLimits(100, 1, meters);

    assertThat(limits.admits(from("10.0.0.1"))).isTrue();
    assertThat(limits.admits(from("10.0.0.2"))).isTrue();
    assertThat(limits.admits(from("10.0.0.1"))).isFalse();
  }

  @Test
  void countsAnIpv6NetworkOfOneHostAsOne() {
    ConnectionLimits limits = new ConnectionLimits(100, 1, meters);

    assertThat(limits.admits(from("2001:db8:0:1::1"))).isTrue();
    assertThat(limits.admits(from("2001:db8:0:1:ffff::2"))).isFalse();
    assertThat(limits.admits(from("2001:db8:0:2::1"))).isTrue();
  }

  @Test
  void forgetsAConnectionThatEnds() {
    ConnectionLimits limits = new ConnectionLimits(1, 1, meters);
    for (int i = 0; i < 3; i++) {
      EmbeddedChannel connection = from("10.0.0.1");
      assertThat(limits.admits(connection)).isTrue();
      assertThat(limits.admits(from("10.0.0.2"))).isFalse();
      connection.close().syncUninterruptibly();
    }
    assertThat(limits.open()).isZero();
  }

  @Test
  void doesNotCountWhatItRefuses() {
    ConnectionLimits limits = new ConnectionLimits(2, 1, meters);

    assertThat(limits.admits(from("10.0.0.1"))).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(limits.admits(from("10.0.0.1"))).isFalse();
    }
    assertThat(limits.open()).isEqualTo(1);
    assertThat(limits.admits(from("10.0.0.2"))).isTrue();
  }

  private static EmbeddedChannel from(String address) {
    return new EmbeddedChannel() {
      @Override
      public SocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 1);
      }
    };
  }
}
