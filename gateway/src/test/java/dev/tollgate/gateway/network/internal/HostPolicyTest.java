package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPolicyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "gateway.example.com",
        "gateway.example.com.",
        "my_service.internal:80",
        "10.0.0.1",
        "10.0.0.1:65535",
        "[::1]",
        "[::1]:8080",
        "[2001:db8::1]:443",
        "[::ffff:10.0.0.1]",
      })
  void permitsANameOrAddressWithAPort(String host) {
    assertThat(HostPolicy.permits(List.of(host))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":8080",
        "localhost:",
        "localhost:65536",
        "localhost:8080:9090",
        "localhost:8o80",
        "localhost:-1",
        "user@localhost",
        "localhost/path",
        "http://localhost",
        "local host",
        "localhost,evil.example",
        "localhost?x",
        "localhost#x",
        "local\\host",
        "%6cocalhost",
        "[::1",
        "::1",
        "[::1]x",
        "[fe80::1%25eth0]",
        "[1.2.3.4]",
        "[:::]",
        "ex\u00e4mple.com",
      })
  void refusesWhatIsMalformed(String host) {
    assertThat(HostPolicy.permits(List.of(host))).isFalse();
  }

  @Test
  void refusesNoneAndTwo() {
    assertThat(HostPolicy.permits(List.of())).isFalse();
    assertThat(HostPolicy.permits(List.of("a.example", "a.example"))).isFalse();
  }
}
