package dev.tollgate.gateway.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.crypto.signature.SignedRequest;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.AccessEvent.Outcome;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxEvent.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What the whole gateway writes down of requests, and for which policies. */
class AuditIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PROJECT = "prj_1";
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\",\"messages\":[]}";
  private static final String OTHER_MODEL = "{\"model\":\"denied\",\"messages\":[]}";
  private static final String FAILING_MODEL = "{\"model\":\"failing\",\"messages\":[]}";

  private static DisposableServer provider;
  private static GatewayHarness gateway;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .aggregate()
                    .asString()
                    .flatMap(body ->
                        response
                            .status(body.contains("failing") ? 500 : 200)
                            .header("Content-Type", "application/json")
                            .sendString(Mono.just("{}"))
                            .then()))
            .bindNow();
    gateway = GatewayHarness.start();
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void fill() {
    putProject("{}");
    gateway.usage().clear();
  }

  private static void putProject(String policy) {
    gateway.putProject(
        PROJECT,
        List.of(TestPolicies.document(policy)),
        TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
  }

  private static String audit(String rules) {
    return "{'security':{'audit':" + rules + "},'permissions':{'models':{'denied':['denied']}}}";
  }

  private static TestKey key(String policy) {
    return TestKey.of("key_" + UUID.randomUUID(), PROJECT).under(TestPolicies.document(policy));
  }

  private static int send(String token, String body, String... headers) throws IOException {
    return sendFrom("127.0.0.1", token, body, headers);
  }

  private static int sendFrom(String from, String token, String body, String... headers)
      throws IOException {
    try (Socket socket =
        new Socket(
            InetAddress.ofLiteral("127.0.0.1"), gateway.port(), InetAddress.ofLiteral(from), 0)) {
      socket.setSoTimeout(10_000);
      String head =
          """
          POST %s?x=1 HTTP/1.1\r
          Host: localhost\r
          Connection: close\r
          Authorization: Bearer %s\r
          Content-Type: application/json\r
          x-request-id: req-of-mine\r
          Content-Length: %d\r
          %s\r
          """
              .formatted(CHAT, token, body.length(), String.join("", headers));
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.substring(9, 12));
    }
  }

  private static AccessEvent next() throws InterruptedException {
    return gateway.usage().nextAccess(PATIENCE);
  }

  /** A request that leaves a row, behind which rows of those before it would be waiting. */
  private static void expectNothingBefore() throws Exception {
    assertThat(send(gateway.newKey(key(audit("{'log_all_requests':true}")).snapshot()), BODY))
        .isEqualTo(200);
    next();
    assertThat(gateway.usage().waitingAccesses()).isEmpty();
  }

  @Test
  void writesDownEveryRequestWhereThatIsAskedFor() throws Exception {
    TestKey key = key(audit("{'log_all_requests':true}"));
    assertThat(send(gateway.newKey(key.snapshot()), BODY)).isEqualTo(200);
    AccessEvent row = next();
    assertThat(row.id()).matches("evt_[0-9a-z]{26}");
    assertThat(row.requestId()).isEqualTo("req-of-mine");
    assertThat(row.organizationId()).isEqualTo(GatewayHarness.ORGANIZATION);
    assertThat(row.projectId()).isEqualTo(PROJECT);
    assertThat(row.ofKey()).isTrue();
    assertThat(row.callerId()).isEqualTo(key.keyId());
    assertThat(row.ipAddress()).isEqualTo("127.0.0.1");
    assertThat(row.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(row.details())
        .containsEntry("method", "POST")
        .containsEntry("path", CHAT)
        .containsEntry("protocol", "openai")
        .containsEntry("operation", "chat_completion")
        .containsEntry("model", "m")
        .containsEntry("status", 200)
        .containsEntry("code", null)
        .containsKey("latency_ms");
  }

  @Test
  void writesNothingDownWhereNobodyAsks() throws Exception {
    TestKey silent = key(audit("{'log_all_requests':false}"));
    String quiet = gateway.newKey(silent.snapshot());
    assertThat(send(quiet, BODY)).isEqualTo(200);
    assertThat(send(quiet, OTHER_MODEL)).isEqualTo(403);
    String failures = gateway.newKey(key(audit("{'log_failures':true}")).snapshot());
    assertThat(send(failures, BODY)).isEqualTo(200);
    String expired = gateway.newKey(over(key(audit("{'log_all_requests':true}"))).snapshot());
    assertThat(send(expired, BODY)).isEqualTo(401);
    expectNothingBefore();
    assertThat(gateway.usage().told())
        .filteredOn(event -> silent.keyId().equals(event.keyId()))
        .extracting(InboxEvent::kind)
        .containsOnly(Kind.KEY_USED);
  }

  private static TestKey over(TestKey key) {
    return key.expiringAt(Instant.now().minusSeconds(1));
  }

  @Test
  void writesDownWhatWasRefusedAndWhatFailed() throws Exception {
    TestKey key = key(audit("{'log_failures':true}"));
    String token = gateway.newKey(key.snapshot());
    assertThat(send(token, OTHER_MODEL)).isEqualTo(403);
    AccessEvent refused = next();
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.details())
        .containsEntry("status", 403)
        .containsEntry("code", "model_not_allowed");
    assertThat(send(token, FAILING_MODEL)).isEqualTo(500);
    AccessEvent failed = next();
    assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(failed.details()).containsEntry("status", 500).containsEntry("code", null);
  }

  @Test
  void writesDownWhoWasKnownAndNotLetIn() throws Exception {
    for (TestKey key :
        List.of(
            over(key(audit("{'log_failures':true}"))),
            key(audit("{'log_failures':true}")).disabledNow(),
            key(audit("{'log_failures':true}")).revokedNow(),
            key(audit("{'log_failures':true}")).rotatedNow())) {
      assertThat(send(gateway.newKey(key.snapshot()), BODY)).isEqualTo(401);
      AccessEvent row = next();
      assertThat(row.callerId()).isEqualTo(key.keyId());
      assertThat(row.projectId()).isEqualTo(PROJECT);
      assertThat(row.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(row.details())
          .hasEntrySatisfying("code", code -> assertThat(code).asString().startsWith("key_"));
    }
  }

  @Test
  void asksThePoliciesOfEveryLevel() throws Exception {
    putProject("{'security':{'audit':{'log_failures':true}}}");
    String token = gateway.newKey(key(audit("{'log_failures':false}")).snapshot());
    assertThat(send(token, OTHER_MODEL)).isEqualTo(403);
    assertThat(next().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(send(gateway.newKey(over(key("{}")).snapshot()), BODY)).isEqualTo(401);
    assertThat(next().details()).containsEntry("code", "key_expired");
  }

  @Test
  void tellsEachPlaceOfAKeyOnceAndOnlyWhereThatIsAskedFor() throws Exception {
    TestKey key = key(audit("{'alert_on_suspicious':true}"));
    String token = gateway.newKey(key.snapshot());
    assertThat(send(token, BODY)).isEqualTo(200);
    assertThat(send(token, BODY)).isEqualTo(200);
    assertThat(sendFrom("127.0.0.2", token, BODY)).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> told(Kind.KEY_SEEN, key).size() >= 2);
    expectNothingBefore();
    assertThat(told(Kind.KEY_SEEN, key))
        .extracting(event -> event.details().get("place"))
        .containsExactly("127.0.0.1", "127.0.0.2");
  }

  private static List<InboxEvent> told(Kind kind, TestKey key) {
    return gateway.usage().told().stream()
        .filter(event -> event.kind() == kind && key.keyId().equals(event.keyId()))
        .toList();
  }

  @Test
  void countsHowOftenAKeyIsRefused() throws Exception {
    TestKey key = key(audit("{'alert_on_suspicious':true}"));
    String token = gateway.newKey(key.snapshot());
    for (int i = 0; i < 5; i++) {
      assertThat(send(token, OTHER_MODEL)).isEqualTo(403);
    }
    assertThat(send(token, BODY)).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> refusals(key) >= 5);
    assertThat(refusals(key)).isEqualTo(5);
    assertThat(told(Kind.KEY_REFUSED, key).getFirst().details())
        .containsEntry("ip_address", "127.0.0.1")
        .containsEntry("project_id", PROJECT);
  }

  private static long refusals(TestKey key) {
    return told(Kind.KEY_REFUSED, key).stream()
        .mapToLong(event -> event.details().get("count") instanceof Long count ? count : 0)
        .sum();
  }

  @Test
  void tellsOfARepeatedNonce() throws Exception {
    SecretString secret = RequestSignature.generateSecret();
    String id = "key_" + UUID.randomUUID();
    TestKey key =
        TestKey.of(id, PROJECT)
            .under(
                TestPolicies.document(
                    "{'security':{'authentication':{'require_nonce':true},"
                        + "'audit':{'alert_on_suspicious':true}}}"))
            .signingWith(gateway.signingSecret(PROJECT, id, 1, secret, null));
    String token = gateway.newKey(key.snapshot());
    String[] signature = signature(secret);
    assertThat(send(token, BODY, signature)).isEqualTo(200);
    assertThat(told(Kind.SECURITY_EVENT, key)).isEmpty();
    assertThat(send(token, BODY, signature)).isEqualTo(401);
    await().atMost(PATIENCE).until(() -> !told(Kind.SECURITY_EVENT, key).isEmpty());
    assertThat(told(Kind.SECURITY_EVENT, key).getFirst().details())
        .containsEntry("reason", "nonce_replayed")
        .containsEntry("ip_address", "127.0.0.1")
        .containsEntry("request_id", "req-of-mine");
  }

  private static String[] signature(SecretString secret) throws Exception {
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    String nonce = HexFormat.of().formatHex(new byte[16]);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(BODY.getBytes(StandardCharsets.UTF_8));
    SignedRequest signed = SignedRequest.of("POST", CHAT + "?x=1", hash);
    return new String[] {
      "X-Tollgate-Timestamp: " + timestamp + "\r\n",
      "X-Tollgate-Nonce: " + nonce + "\r\n",
      "X-Tollgate-Signature: "
          + new RequestSignature(secret).sign(signed, timestamp, nonce)
          + "\r\n"
    };
  }
}
