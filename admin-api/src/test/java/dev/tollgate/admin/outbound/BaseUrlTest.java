package dev.tollgate.admin.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://API.OpenAI.com,https://api.openai.com,api.openai.com",
    "https://api.openai.com:443/v1/,https://api.openai.com/v1,api.openai.com",
    "https://api.openai.com:8443/v1//,https://api.openai.com:8443/v1,api.openai.com:8443",
    "http://127.0.0.1:9999,http://127.0.0.1:9999,127.0.0.1:9999",
    "http://127.0.0.1,http://127.0.0.1,127.0.0.1:80",
    "https://[2001:db8::1]:8443/a,https://[2001:db8::1]:8443/a,[2001:db8::1]:8443",
  })
  void hasOneForm(String text, String canonical, String allowedHost) {
    BaseUrl url = BaseUrl.parse(text).orElseThrow();
    assertThat(url).hasToString(canonical);
    assertThat(url.allowedHost()).isEqualTo(allowedHost);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https:///path",
        "//example.com",
        "https://a..b",
        "https://-a.example.com",
        "https://017700000001",
        "https://127.0.0.1.",
        "https://1.2.3.4.5",
        "https://256.1.1.1",
        "https://a@b.example.com",
        "https://example.com?",
        "https://example.com/%2e%2e",
        "https://example.com/a/..",
        "https://ex\u00e4mple.com",
        "file:///etc/passwd",
        "https://example.com:0",
      })
  void refusesWhatParsersReadDifferently(String text) {
    assertThat(BaseUrl.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Example.com,example.com",
    "example.com:443,example.com",
    "example.com:8443,example.com:8443",
    "[::1]:8080,[::1]:8080",
  })
  void allowedHostsHaveTheSameForm(String text, String canonical) {
    assertThat(AllowedHost.canonical(text)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "*", "*.example.com", "a b", "https://a", "a:", "a:b", "a:99999", "a/b"})
  void textThatIsNoHostIsNone(String text) {
    assertThat(AllowedHost.canonical(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fd12::1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "ff02::1"
      })
  void addressesInsideAreNotPublic(String address) throws UnknownHostException {
    assertThat(AddressRanges.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
  void otherAddressesArePublic(String address) throws UnknownHostException {
    assertThat(AddressRanges.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void networksHoldTheirAddresses() throws UnknownHostException {
    assertThat(Cidr.of("10.0.0.0/9").contains(InetAddress.getByName("10.127.0.1"))).isTrue();
    assertThat(Cidr.of("10.0.0.0/9").contains(InetAddress.getByName("10.128.0.1"))).isFalse();
    assertThat(Cidr.of("0.0.0.0/0").contains(InetAddress.getByName("1.2.3.4"))).isTrue();
    assertThat(Cidr.of("::/0").contains(InetAddress.getByName("1.2.3.4"))).isFalse();
    assertThat(Cidr.of("10.0.0.1").contains(InetAddress.getByName("10.0.0.1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "", "beef"})
  void badNetworksRefuseToStartAndNameTheKey(String network) {
    assertThatThrownBy(() -> new OutboundProperties(List.of(network)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tollgate.outbound.allowed-networks");
  }

  @Test
  void noNetworkIsAllowedByDefault() {
    assertThat(new OutboundProperties(null).networks()).isEmpty();
  }
}
