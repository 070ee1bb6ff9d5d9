package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::ffff:203.0.113.7, 203.0.113.7",
    "::FFFF:CB00:7107, 203.0.113.7",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "::, ::",
  })
  void readsAddressesAndWritesTheirShortestForm(String text, String expected) {
    InetAddress address = Objects.requireNonNull(IpLiteral.parse(text));
    assertThat(IpLiteral.format(address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 203.0.113.7",
        "203.0.113.07",
        "010.0.0.1",
        "0x7f.1",
        "127.1",
        "2130706433",
        "203.0.113.7.",
        "256.0.0.1",
        "::ffff:010.0.0.1",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1]",
        "localhost",
        "unknown",
        "_hidden",
        "1:2:3:4:5:6:7:8:9",
        "١٢٧.0.0.1",
      })
  void refusesWhatTwoReadersReadInTwoWays(String text) {
    assertThat(IpLiteral.parse(text)).isNull();
  }

  @Test
  void writesNoZone() throws Exception {
    byte[] linkLocal = Objects.requireNonNull(IpLiteral.bytes("fe80::1"));
    InetAddress scoped = java.net.Inet6Address.getByAddress(null, linkLocal, 1);
    assertThat(IpLiteral.format(scoped)).isEqualTo("fe80::1");
  }
}
