package dev.tollgate.gateway.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.AccessEvent.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The access rows of streams that do not come to their end. */
class StreamAuditIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PROJECT = "prj_1";
  private static final String FIRST = "data: {\"n\":1}";
  private static final String BODY = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";

  private static DisposableServer provider;
  private static GatewayHarness gateway;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                response.sse().sendString(Flux.just(FIRST + "\n\n").concatWith(Mono.never())))
            .bindNow();
    gateway = GatewayHarness.start();
    gateway.putProject(
        PROJECT, TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
  }

  private static TestKey key(String id) {
    return TestKey.of(id, PROJECT)
        .under(TestPolicies.document("{'security':{'audit':{'log_all_requests':true}}}"));
  }

  /** A stream of which the first event has come. */
  private static Socket stream(TestKey key) throws IOException {
    Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port());
    client.setSoTimeout((int) PATIENCE.toMillis());
    String request =
        """
        POST /v1/chat/completions HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(gateway.newKey(key.snapshot()), BODY.length(), BODY);
    client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    InputStream in = client.getInputStream();
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(FIRST) < 0) {
      int next = in.read();
      assertThat(next).as("the stream ended after: %s", seen).isNotNegative();
      seen.append((char) next);
    }
    return client;
  }

  @Test
  void namesTheRuleThatEndedAStream() throws Exception {
    try (Socket client = stream(key("key_revoked"))) {
      assertThat(client.isConnected()).isTrue();
      gateway.replaceKey(key("key_revoked").revokedNow());
      AccessEvent row = gateway.usage().nextAccess(PATIENCE);
      assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(row.details()).containsEntry("status", 200).containsEntry("code", "key_revoked");
    }
  }

  @Test
  void tellsThatTheClientWentAway() throws Exception {
    Socket client = stream(key("key_gone"));
    client.setSoLinger(true, 0);
    client.close();
    AccessEvent row = gateway.usage().nextAccess(PATIENCE);
    assertThat(row.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(row.details()).containsEntry("status", 200).containsEntry("code", null);
  }
}
