package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.network.Cidr;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.network.NetworkProperties;
import dev.tollgate.gateway.network.NetworkProperties.ForwardingHeader;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trusted in all of these: 10.0.0.0/8 and fd00::/8. */
class ClientResolutionTest {

  private static final List<Cidr> PROXIES = List.of(Cidr.of("10.0.0.0/8"), Cidr.of("fd00::/8"));

  private static @Nullable ClientConnection resolve(
      ForwardingHeader mode, String peer, boolean tls, String... headerLines) {
    return new ClientResolution(new NetworkProperties(PROXIES, mode, false))
        .resolve(
            InetAddress.ofLiteral(peer),
            tls,
            name ->
                Stream.of(headerLines)
                    .filter(line ->
                        line.toLowerCase(Locale.ROOT)
                            .startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList());
  }

  private static String describe(@Nullable ClientConnection client) {
    return client == null
        ? "unreadable"
        : client.addressText() + (client.https() ? " https" : " http");
  }

  @ParameterizedTest
  @EnumSource(ForwardingHeader.class)
  void takesNobodysWordButAProxys(ForwardingHeader mode) {
    for (String peer : List.of("127.0.0.1", "::1", "192.168.1.1", "203.0.113.9", "2001:db8::9")) {
      ClientConnection client =
          resolve(
              mode,
              peer,
              false,
              "X-Forwarded-For: 10.0.0.1",
              "Forwarded: for=10.0.0.1;proto=https",
              "X-Real-IP: 10.0.0.1",
              "CF-Connecting-IP: 10.0.0.1",
              "True-Client-IP: 10.0.0.1",
              "X-Client-IP: 10.0.0.1",
              "X-Forwarded-Proto: https");
      assertThat(client).isEqualTo(new ClientConnection(InetAddress.ofLiteral(peer), false));
    }
  }

  /** One line with {@code |} for several header lines, each as it came. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      textBlock =
          """
          203.0.113.9                                     ; 203.0.113.9
          1.1.1.1, 203.0.113.9                            ; 203.0.113.9
          1.1.1.1, 203.0.113.9, 10.1.1.1                  ; 203.0.113.9
          1.1.1.1, 203.0.113.9,10.1.1.1,fd00::1           ; 203.0.113.9
          10.9.9.9, 203.0.113.9, 10.1.1.1                 ; 203.0.113.9
          10.0.0.7, 10.1.1.1                              ; 10.0.0.7
          203.0.113.9:4711                                ; 203.0.113.9
          [2001:db8::7]:4711                              ; 2001:db8::7
          [2001:db8::7]                                   ; 2001:db8::7
          2001:db8::7                                     ; 2001:db8::7
          ::ffff:203.0.113.9                              ; 203.0.113.9
          203.0.113.9, ::ffff:10.1.1.1                    ; 203.0.113.9
          garbage, 203.0.113.9                            ; 203.0.113.9
          203.0.113.9, 198.51.100.1                       ; 198.51.100.1
          unknown                                         ; unreadable
          203.0.113.9, unknown, 10.1.1.1                  ; unreadable
          203.0.113.9, fe80::1%eth0                       ; unreadable
          203.0.113.9,                                    ; unreadable
          203.0.113.9:99999                               ; unreadable
          203.0.113.09                                    ; unreadable
          203.0.113.9:                                    ; unreadable
          [203.0.113.9                                    ; unreadable
          [203.0.113.9]x                                  ; unreadable
          203.0.113.9 10.1.1.1                            ; unreadable
          """)
  void takesTheRightmostUntrustedHop(String value, String expected) {
    ClientConnection client =
        resolve(ForwardingHeader.AUTO, "10.0.0.1", false, "X-Forwarded-For: " + value);
    assertThat(describe(client).replace(" http", "")).isEqualTo(expected);
  }

  @Test
  void readsAllLinesOfTheHeaderAsOne() {
    ClientConnection client =
        resolve(
            ForwardingHeader.AUTO,
            "10.0.0.1",
            false,
            "X-Forwarded-For: 1.1.1.1",
            "X-Forwarded-For: 203.0.113.9, 10.1.1.1");
    assertThat(describe(client)).isEqualTo("203.0.113.9 http");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          for=203.0.113.9                                       | 203.0.113.9 http
          For="[2001:db8::7]:4711";Proto=HTTPS;by=10.0.0.1      | 2001:db8::7 https
          for=[2001:db8::7]                                     | 2001:db8::7 http
          for=1.1.1.1;proto=https, for=203.0.113.9;proto=http   | 203.0.113.9 http
          for=1.1.1.1, for=203.0.113.9;proto=https,for=10.1.1.1;proto=http | 203.0.113.9 https
          for=1.1.1.1;host="a,b;for=9.9.9.9", for=203.0.113.9   | 203.0.113.9 http
          for="1.1.1.1, for=203.0.113.9                         | unreadable
          for=unknown                                           | unreadable
          for=_hidden, for=10.1.1.1                             | unreadable
          proto=https                                           | unreadable
          for=203.0.113.9;for=10.1.1.1                          | unreadable
          for=203.0.113.9;proto=https;proto=http                | unreadable
          for=203.0.113.9,                                      | unreadable
          for = 203.0.113.9                                     | unreadable
          203.0.113.9                                           | unreadable
          for=203.0.113.9 x                                     | unreadable
          """)
  void readsForwarded(String value, String expected) {
    for (ForwardingHeader mode : List.of(ForwardingHeader.AUTO, ForwardingHeader.FORWARDED)) {
      assertThat(describe(resolve(mode, "10.0.0.1", false, "Forwarded: " + value)))
          .isEqualTo(expected);
    }
  }

  @Test
  void isTheProxyItselfWithoutAWordOfIt() {
    for (ForwardingHeader mode : ForwardingHeader.values()) {
      assertThat(describe(resolve(mode, "10.0.0.1", false))).isEqualTo("10.0.0.1 http");
    }
  }

  /** A proxy that writes one of the two passes the other on as the client forged it. */
  @Test
  void refusesTwoHeadersThatDisagree() {
    String[] lines = {"X-Forwarded-For: 203.0.113.9", "Forwarded: for=192.0.2.1"};
    assertThat(resolve(ForwardingHeader.AUTO, "10.0.0.1", false, lines)).isNull();
    assertThat(describe(resolve(ForwardingHeader.X_FORWARDED_FOR, "10.0.0.1", false, lines)))
        .isEqualTo("203.0.113.9 http");
    assertThat(describe(resolve(ForwardingHeader.FORWARDED, "10.0.0.1", false, lines)))
        .isEqualTo("192.0.2.1 http");
    assertThat(
            describe(
                resolve(
                    ForwardingHeader.AUTO,
                    "10.0.0.1",
                    false,
                    "X-Forwarded-For: 203.0.113.9",
                    "X-Forwarded-Proto: http",
                    "Forwarded: for=203.0.113.9;proto=https")))
        .isEqualTo("203.0.113.9 http");
  }

  /** What the client has written itself passes a proxy that writes the other header. */
  @ParameterizedTest
  @CsvSource({
    "for=203.0.113.9,https,false,http",
    "for=203.0.113.9,https,true,https",
    "for=203.0.113.9;proto=https,http,false,https",
    "for=203.0.113.9;proto=http,https,true,http",
  })
  void takesTheProtocolFromForwardedWhereOnlyThatIsThere(
      String forwarded, String said, boolean tls, String expected) {
    assertThat(
            describe(
                resolve(
                    ForwardingHeader.AUTO,
                    "10.0.0.1",
                    tls,
                    "Forwarded: " + forwarded,
                    "X-Forwarded-Proto: " + said)))
        .isEqualTo("203.0.113.9 " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https        | false | https
          HTTPS        | false | https
          wss          | false | https
          http         | true  | http
          https, https | false | https
          https, http  | false | http
          http,https   | false | http
          junk         | true  | http
          """)
  void takesTheProtocolFromTheProxy(String value, boolean tls, String expected) {
    assertThat(
            describe(
                resolve(
                    ForwardingHeader.AUTO,
                    "10.0.0.1",
                    tls,
                    "X-Forwarded-For: 203.0.113.9",
                    "X-Forwarded-Proto: " + value)))
        .isEqualTo("203.0.113.9 " + expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesTheProtocolFromTheConnectionIfTheProxySaysNothing(boolean tls) {
    ClientConnection client =
        resolve(ForwardingHeader.AUTO, "10.0.0.1", tls, "X-Forwarded-For: 203.0.113.9");
    assertThat(describe(client)).isEqualTo("203.0.113.9 " + (tls ? "https" : "http"));
  }
}
