package dev.tollgate.gateway.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenIssuer;
import dev.tollgate.crypto.token.TokenAlgorithm;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.TokenKeys;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What becomes of the open stream of a caller who may not go on, on a raw socket. */
@Timeout(60)
class EndedCallersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PROJECT = "prj_1";
  private static final String FIRST = "data: {\"first\":true}\n\n";
  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
  private static final TokenSigningKey SIGNING = TokenSigningKey.generate(TokenAlgorithm.ES256);

  /** What the provider does, and what it saw, in the test that runs. */
  private static volatile Sinks.Empty<Void> mayGoOn = Sinks.empty();

  private static volatile CountDownLatch providerCancelled = new CountDownLatch(1);

  private static GatewayHarness gateway;
  private static DisposableServer provider;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create().host("127.0.0.1").port(0).handle(EndedCallersIT::answer).bindNow();
    gateway = GatewayHarness.start();
  }

  private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    Mono<Void> goOn = mayGoOn.asMono();
    if (request.uri().startsWith("/plain")) {
      response.header("Content-Type", "application/json");
      return response.sendString(Flux.just("{\"a\":").concatWith(goOn.thenReturn("1}")));
    }
    CountDownLatch cancelled = providerCancelled;
    Flux<String> events = Flux.just(FIRST).concatWith(Mono.never());
    Mono<Void> before = request.uri().startsWith("/late") ? goOn : Mono.empty();
    return before.then(response.sse().sendString(events.doOnCancel(cancelled::countDown)).then());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void fill() {
    mayGoOn = Sinks.empty();
    providerCancelled = new CountDownLatch(1);
    gateway.usage().clear();
    gateway.snapshots().put(new TokenKeys(Map.of(SIGNING.kid(), SIGNING.verificationKey())));
    putProject();
  }

  private static void putProject() {
    gateway.putProject(
        PROJECT,
        TestService.openAi("openai", at("")),
        TestService.anthropic("anthropic", at("")),
        TestService.gemini("gemini", at("")));
  }

  private static String at(String path) {
    return "http://127.0.0.1:" + provider.port() + path;
  }

  @Test
  void endsAStreamOfEachProtocolWhenItsKeyIsRevoked() throws Exception {
    for (Call call : Call.values()) {
      String id = "key_" + call;
      Socket client = call.open(gateway.newKey(TestKey.of(id, PROJECT).snapshot()));
      readUntil(client, FIRST.strip());
      gateway.replaceKey(TestKey.of(id, PROJECT).revokedNow());
      expectCleanEnd(client, "key_revoked");
      expectRow("key_revoked");
    }
  }

  @Test
  void cancelsTheProvider() throws Exception {
    Socket client = Call.OPENAI.open(gateway.newKey(TestKey.of("key_c", PROJECT).snapshot()));
    readUntil(client, FIRST.strip());
    gateway.replaceKey(TestKey.of("key_c", PROJECT).disabledNow());
    expectCleanEnd(client, "key_disabled");
    assertThat(providerCancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void endsAStreamWhenItsKeyExpires() throws Exception {
    Instant soon = Instant.now().plusSeconds(2);
    Socket client =
        Call.OPENAI.open(gateway.newKey(TestKey.of("key_e", PROJECT).expiringAt(soon).snapshot()));
    readUntil(client, FIRST.strip());
    expectCleanEnd(client, "key_expired");
    assertThat(Instant.now()).isAfter(soon);
    expectRow("key_expired");
  }

  @Test
  void endsAStreamWhenItsKeyIsMadeToExpireEarlier() throws Exception {
    Instant late = Instant.now().plusSeconds(3600);
    Socket client =
        Call.OPENAI.open(gateway.newKey(TestKey.of("key_l", PROJECT).expiringAt(late).snapshot()));
    readUntil(client, FIRST.strip());
    gateway.replaceKey(TestKey.of("key_l", PROJECT).expiringAt(Instant.now().plusSeconds(1)));
    expectCleanEnd(client, "key_expired");
  }

  @Test
  void endsAStreamWhoseKeyIsRevokedBeforeTheProviderBegins() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("/late")));
    TestKey key = TestKey.of("key_b", PROJECT);
    Socket client = Call.OPENAI.open(gateway.newKey(key.snapshot()));
    await().atMost(PATIENCE).until(() -> mayGoOn.currentSubscriberCount() == 1);
    gateway.replaceKey(key.revokedNow());
    mayGoOn.tryEmitEmpty().orThrow();
    assertThat(readToEnd(client)).contains("\"code\":\"key_revoked\"");
    assertThat(gateway.usage().next(PATIENCE).errorCode()).isEqualTo("key_revoked");
  }

  @Test
  void endsAStreamWhenItsProjectIsDeleted() throws Exception {
    Socket client = Call.OPENAI.open(gateway.newKey(TestKey.of("key_p", PROJECT).snapshot()));
    readUntil(client, FIRST.strip());
    gateway.replaceKey(TestKey.of("key_p", "prj_other"));
    expectCleanEnd(client, "key_revoked");
  }

  @Test
  void endsAStreamWhenItsTokenIsRevoked() throws Exception {
    Socket client = Call.ANTHROPIC.open(token("jti_1", 600));
    readUntil(client, FIRST.strip());
    revokeTokens(null, Set.of("jti_1"));
    expectCleanEnd(client, "key_revoked");
    expectRow("key_revoked");
  }

  @Test
  void endsAStreamWhenAllTokensAreRevoked() throws Exception {
    Socket client = Call.OPENAI.open(token("jti_2", 600));
    readUntil(client, FIRST.strip());
    revokeTokens(Instant.now(), Set.of());
    expectCleanEnd(client, "key_revoked");
  }

  @Test
  void endsAStreamWhenTheTokensProjectIsDeleted() throws Exception {
    Socket client = Call.OPENAI.open(token("jti_3", 600));
    readUntil(client, FIRST.strip());
    gateway.snapshots().removeProject(PROJECT);
    expectCleanEnd(client, "key_revoked");
  }

  /** Sixty seconds of skew are allowed at the end as at the beginning. */
  @Test
  void endsAStreamWhenItsTokenExpires() throws Exception {
    Socket client = Call.OPENAI.open(token("jti_4", -58));
    readUntil(client, FIRST.strip());
    expectCleanEnd(client, "key_expired");
  }

  @Test
  void leavesAnAnswerThatIsNoStreamToEnd() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("/plain")));
    Socket client = Call.PLAIN.open(gateway.newKey(TestKey.of("key_n", PROJECT).snapshot()));
    readUntil(client, "{\"a\":");
    gateway.replaceKey(TestKey.of("key_n", PROJECT).revokedNow());
    mayGoOn.tryEmitEmpty().orThrow();
    assertThat(readToEnd(client)).contains("1}").contains(LAST_CHUNK.strip());
    assertThat(gateway.usage().next(PATIENCE).outcome()).isEqualTo(UsageEvent.Outcome.COMPLETED);
  }

  @Test
  void leavesAStreamAloneWhoseKeyIsRevokedForNewRequestsOnly() throws Exception {
    String key = gateway.newKey(TestKey.of("key_s", PROJECT).snapshot());
    Socket spared = Call.OPENAI.open(key);
    readUntil(spared, FIRST.strip());
    gateway.snapshots().spareStreamsOf("key_s");
    gateway.replaceKey(TestKey.of("key_s", PROJECT).revokedNow());
    assertThat(readToEnd(Call.OPENAI.open(key))).contains("HTTP/1.1 401", "key_revoked");
    assertThat(gateway.bean(CallWatch.class).count()).isEqualTo(1);
    gateway.replaceKey(TestKey.of("key_s", "prj_other"));
    expectCleanEnd(spared, "key_revoked");
  }

  @Test
  void leavesAStreamAloneWhoseKeyIsRotatedAndWhileTheDatabaseIsAway() throws Exception {
    Socket client = Call.OPENAI.open(gateway.newKey(TestKey.of("key_r", PROJECT).snapshot()));
    readUntil(client, FIRST.strip());
    gateway.replaceKey(TestKey.of("key_r", PROJECT).rotatedNow());
    gateway.snapshots().setAvailable(false);
    gateway.replaceKey(TestKey.of("key_r", PROJECT).revokedNow());
    assertThat(gateway.bean(CallWatch.class).count()).isEqualTo(1);
    // What happened meanwhile counts as soon as it can be known.
    gateway.snapshots().setAvailable(true);
    expectCleanEnd(client, "key_revoked");
  }

  @Test
  void watchesNothingThatHasEnded() throws Exception {
    Socket client = Call.OPENAI.open(gateway.newKey(TestKey.of("key_w", PROJECT).snapshot()));
    readUntil(client, FIRST.strip());
    assertThat(gateway.bean(CallWatch.class).count()).isEqualTo(1);
    client.close();
    await().atMost(PATIENCE).until(() -> gateway.bean(CallWatch.class).count() == 0);
  }

  private static void revokeTokens(@Nullable Instant before, Set<String> ids) {
    gateway
        .snapshots()
        .put(
            new ProjectSnapshot(
                PROJECT,
                GatewayHarness.ORGANIZATION,
                List.of(),
                before,
                ids,
                List.of(),
                Map.of(),
                null));
  }

  private static String token(String jti, long secondsLeft) {
    Instant now = Instant.now();
    return new ProjectTokenIssuer("tollgate", "tollgate-gateway", SIGNING)
        .issue(
            new ProjectTokenClaims(
                PROJECT,
                GatewayHarness.ORGANIZATION,
                null,
                jti,
                now.minusSeconds(600),
                now.minusSeconds(600),
                now.plusSeconds(secondsLeft),
                Set.of(),
                null))
        .reveal(SecretAccess.granted());
  }

  private static void expectCleanEnd(Socket client, String code) throws IOException {
    String rest = readToEnd(client);
    assertThat(rest).contains(code).endsWith(LAST_CHUNK);
  }

  private static void expectRow(String code) throws InterruptedException {
    UsageEvent row = gateway.usage().next(PATIENCE);
    assertThat(row.outcome()).isEqualTo(UsageEvent.Outcome.FAILED);
    assertThat(row.errorCode()).isEqualTo(code);
    assertThat(row.status()).isEqualTo(200);
    assertThat(row.streamed()).isTrue();
    assertThat(gateway.usage().waiting()).isEmpty();
  }

  /** How each protocol asks for a stream. */
  private enum Call {
    OPENAI("/v1/chat/completions", "{\"model\":\"m\",\"stream\":true}"),
    ANTHROPIC("/v1/messages", "{\"model\":\"m\",\"stream\":true}"),
    GEMINI("/v1beta/models/m:streamGenerateContent?alt=sse", "{}"),
    /** For an answer that is no stream. */
    PLAIN("/v1/chat/completions", "{\"model\":\"m\"}");

    private final String target;
    private final String body;

    Call(String target, String body) {
      this.target = target;
      this.body = body;
    }

    Socket open(String token) throws IOException {
      Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
      client.setSoTimeout((int) PATIENCE.toMillis());
      client
          .getOutputStream()
          .write(
              """
              POST %s HTTP/1.1\r
              Host: localhost\r
              Authorization: Bearer %s\r
              Content-Type: application/json\r
              Connection: close\r
              Content-Length: %d\r
              \r
              %s\
              """
                  .formatted(target, token, body.length(), body)
                  .getBytes(StandardCharsets.US_ASCII));
      return client;
    }
  }

  private static String readToEnd(Socket client) throws IOException {
    try (client) {
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void readUntil(Socket client, String expected) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(expected) < 0) {
      int next = in.read();
      assertThat(next).as("the stream ended after: %s", seen).isNotNegative();
      seen.append((char) next);
    }
  }
}
