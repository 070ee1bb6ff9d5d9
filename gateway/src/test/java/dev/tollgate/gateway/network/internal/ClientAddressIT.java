package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.AccessLogLines;
import dev.tollgate.gateway.support.GatewayHarness;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections from several addresses of this machine, read off the access log. */
class ClientAddressIT {

  private static final String FORGED =
      """
      X-Forwarded-For: 203.0.113.9\r
      Forwarded: for=203.0.113.9;proto=https\r
      X-Real-IP: 203.0.113.9\r
      CF-Connecting-IP: 203.0.113.9\r
      True-Client-IP: 203.0.113.9\r
      X-Forwarded-Proto: https\r
      """;

  private AccessLogLines log;

  @BeforeEach
  void listen() {
    log = new AccessLogLines();
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  private static String request(String headers) {
    return "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  private String clientOf(RawConnection connection) throws Exception {
    try (connection) {
      connection.receive();
    }
    return log.next().replaceAll(".*client=(\\S+) .*", "$1");
  }

  @Nested
  class WithoutTrustedProxies {

    private static GatewayHarness gateway;

    @BeforeAll
    static void start() {
      gateway = GatewayHarness.start("server.address=::");
    }

    @AfterAll
    static void stop() throws IOException {
      gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
    void isThePeerWhateverItClaims(String from) throws Exception {
      String to = from.equals("::1") ? "::1" : "127.0.0.1";
      RawConnection connection = new RawConnection(from, to, gateway.port());
      assertThat(clientOf(connection.send(request(FORGED)))).isEqualTo(from);
    }

    @Test
    void readsNoProxyHeader() throws Exception {
      try (RawConnection connection = new RawConnection(gateway.port())) {
        connection.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n" + request(""));
        assertThat(connection.receive().status()).isEqualTo(400);
      }
      assertThat(log.next()).contains(" 400 ");
    }
  }

  @Nested
  class BehindATrustedProxy {

    private static GatewayHarness gateway;

    @BeforeAll
    static void start() {
      gateway =
          GatewayHarness.start(
              "server.address=::", "tollgate.network.trusted-proxies=127.0.0.2,::1");
    }

    @AfterAll
    static void stop() throws IOException {
      gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void isWhomTheProxyNames(String from) throws Exception {
      String to = from.equals("::1") ? "::1" : "127.0.0.1";
      RawConnection connection = new RawConnection(from, to, gateway.port());
      assertThat(clientOf(connection.send(request("X-Forwarded-For: 192.0.2.1, 203.0.113.9\r\n"))))
          .isEqualTo("203.0.113.9");
    }

    @Test
    void isThePeerWhereItIsNotTheProxy() throws Exception {
      RawConnection connection = new RawConnection(gateway.port());
      assertThat(clientOf(connection.send(request(FORGED)))).isEqualTo("127.0.0.1");
    }

    @Test
    void refusesAWordOfTheProxyThatItCannotRead() throws Exception {
      try (RawConnection connection = new RawConnection("127.0.0.2", "127.0.0.1", gateway.port())) {
        connection.send(request("X-Forwarded-For: unknown\r\n"));
        RawConnection.Response response = connection.receive();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains("invalid_request").doesNotContain("unknown");
      }
      assertThat(log.next()).contains("client=127.0.0.2 ");
    }
  }

  @Nested
  class BehindAProxyThatSpeaksProxyProtocol {

    private static GatewayHarness gateway;

    @BeforeAll
    static void start() {
      gateway =
          GatewayHarness.start(
              "tollgate.network.trusted-proxies=127.0.0.2,10.0.0.0/8",
              "tollgate.network.proxy-protocol=true");
    }

    @AfterAll
    static void stop() throws IOException {
      gateway.close();
    }

    private static RawConnection proxy() {
      return new RawConnection("127.0.0.2", "127.0.0.1", gateway.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TCP4 203.0.113.9 127.0.0.1", "TCP6 ::ffff:203.0.113.9 ::1"})
    void readsVersion1(String addresses) throws Exception {
      RawConnection connection = proxy().send("PROXY " + addresses + " 4711 80\r\n");
      assertThat(clientOf(connection.send(request(FORGED.replace("203", "198")))))
          .isEqualTo("203.0.113.9");
    }

    @Test
    void readsVersion2InPieces() throws Exception {
      RawConnection connection = proxy();
      for (byte b : version2(0x21, "2001:db8::7")) {
        connection.send(new byte[] {b});
      }
      assertThat(clientOf(connection.send(request("")))).isEqualTo("2001:db8::7");
    }

    @Test
    void isTheProxyWhereItSpeaksForItself() throws Exception {
      RawConnection connection = proxy().send(version2(0x20, "2001:db8::7"));
      assertThat(clientOf(connection.send(request("")))).isEqualTo("127.0.0.2");
    }

    @Test
    void isNobodyWhereTheProxyDoesNotKnow() throws Exception {
      RawConnection connection = proxy().send("PROXY UNKNOWN\r\n");
      assertThat(clientOf(connection.send(request("")))).isEqualTo("0.0.0.0");
    }

    @Test
    void readsHeadersOfATrustedProxyBehindTheProxy() throws Exception {
      RawConnection connection = proxy().send("PROXY TCP4 10.1.1.1 127.0.0.1 4711 80\r\n");
      assertThat(clientOf(connection.send(request("X-Forwarded-For: 203.0.113.9\r\n"))))
          .isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "PROXY TCP4 nonsense 127.0.0.1 1 2\r\nGET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        })
    void endsAConnectionOfTheProxyWithoutAProperHeader(String bytes) throws Exception {
      try (RawConnection connection = proxy().send(bytes)) {
        assertThat(connection.endsSilently()).isTrue();
      }
    }

    @Test
    void takesItFromNobodyElse() throws Exception {
      try (RawConnection connection = new RawConnection(gateway.port())) {
        connection.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n" + request(""));
        assertThat(connection.receive().status()).isEqualTo(400);
      }
      assertThat(log.next()).contains(" 400 ");
      RawConnection plain = new RawConnection(gateway.port());
      assertThat(clientOf(plain.send(request(FORGED)))).isEqualTo("127.0.0.1");
    }

    /**
     * PROXY protocol, version 2, 2.2: TCP over IPv6.
     *
     * @param versionAndCommand 0x21 to speak for a client, 0x20 for itself
     */
    private static byte[] version2(int versionAndCommand, String source) throws IOException {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      header.write("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1));
      header.write(versionAndCommand);
      header.write(0x21);
      header.write(new byte[] {0, 36});
      header.write(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(source)));
      header.write(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString("::1")));
      header.write(new byte[] {0x12, 0x67, 0, 80});
      return header.toByteArray();
    }
  }
}
