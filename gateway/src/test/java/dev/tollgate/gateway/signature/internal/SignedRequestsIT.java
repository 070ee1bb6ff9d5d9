package dev.tollgate.gateway.signature.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.crypto.signature.SignedRequest;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What of signed and unsigned requests reaches a provider. */
class SignedRequestsIT {

  private static final String PROJECT = "prj_1";
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\",\"messages\":[]}";
  private static final String STRICT =
      "{'security':{'authentication':{'require_signature':true,'signature_algorithm':'HMAC-SHA256',"
          + "'require_timestamp':true,'max_timestamp_age':300,'require_nonce':true}}}";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final List<String> provided = new CopyOnWriteArrayList<>();
  private static GatewayHarness gateway;
  private static DisposableServer provider;

  private final SecretString secret = RequestSignature.generateSecret();
  private String key = "";

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
                    .defaultIfEmpty("")
                    .doOnNext(body -> provided.add(request.uri() + " " + body))
                    .flatMap(body ->
                        response
                            .header("Content-Type", "application/json")
                            .sendString(Mono.just("{}"))
                            .then()))
            .bindNow();
    gateway =
        GatewayHarness.start(
            "tollgate.signatures.max-held-body=100KB", "tollgate.inspection.max-held=4MB");
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void fill() {
    provided.clear();
    String at = "http://127.0.0.1:" + provider.port();
    gateway.putProject(
        PROJECT,
        TestService.openAi("openai", at),
        TestService.anthropic("anthropic", at),
        TestService.gemini("gemini", at));
    key = newKey(STRICT);
  }

  private String newKey(String policy) {
    String id = "key_" + UUID.randomUUID();
    return gateway.newKey(
        TestKey.of(id, PROJECT)
            .under(TestPolicies.document(policy))
            .signingWith(gateway.signingSecret(PROJECT, id, 1, secret, null))
            .snapshot());
  }

  /** A request as a client makes it; each part can be told wrong. */
  private static final class Call {
    private String target = CHAT;
    private String body = BODY;
    private String signedBody = BODY;
    private String signedTarget = CHAT;
    private String contentType = "application/json";
    private Instant time = Instant.now();
    private final String nonce = UUID.randomUUID().toString();

    Call to(String sent) {
      target = sent;
      signedTarget = sent;
      return this;
    }

    Call with(String sent, String type) {
      body = sent;
      signedBody = sent;
      contentType = type;
      return this;
    }

    HttpResponse<String> unsigned(String token) throws Exception {
      return client.send(request(token).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> signed(String token, SecretString by, String... more) throws Exception {
      String timestamp = Long.toString(time.getEpochSecond());
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(signedBody.getBytes(UTF_8));
      SignedRequest signed = SignedRequest.of("POST", signedTarget, hash);
      HttpRequest.Builder request =
          request(token)
              .header("X-Tollgate-Timestamp", timestamp)
              .header("X-Tollgate-Nonce", nonce)
              .header(
                  "X-Tollgate-Signature", new RequestSignature(by).sign(signed, timestamp, nonce));
      if (more.length > 0) {
        request.headers(more);
      }
      return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String token) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(gateway.uri(target))
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", contentType)
              .POST(BodyPublishers.ofString(body));
      return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }
  }

  private static void expectRefused(HttpResponse<String> answer, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(answer.body()).contains(code);
    assertThat(provided).isEmpty();
  }

  /** What a limit adds to the body is not what was signed. */
  @Test
  void addsAMaximumToWhatWasSigned() throws Exception {
    String limited =
        STRICT.substring(0, STRICT.length() - 1)
            + ",'permissions':{'models':{'limits':{'m':{'max_tokens_per_request':1000}}}}}";
    HttpResponse<String> answer = new Call().signed(newKey(limited), secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(provided)
        .singleElement()
        .asString()
        .startsWith(CHAT + " " + BODY.substring(0, BODY.length() - 1))
        .containsPattern(",\"max_completion_tokens\":99\\d}$");
  }

  @Test
  void passesWhatIsSignedAsItWasSent() throws Exception {
    HttpResponse<String> answer = new Call().signed(key, secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(provided).containsExactly(CHAT + " " + BODY);
  }

  @Test
  void refusesWhatIsNotSignedInEachProtocol() throws Exception {
    expectRefused(new Call().unsigned(key), "\"signature_missing\"");
    expectRefused(new Call().to("/v1/messages").unsigned(key), "\"authentication_error\"");
    expectRefused(
        new Call().to("/v1beta/models/m:generateContent").unsigned(key), "\"UNAUTHENTICATED\"");
    expectRefused(new Call().to("/openai/v1/x").unsigned(key), "\"signature_missing\"");
  }

  @Test
  void refusesAnotherBodyTargetOrSecret() throws Exception {
    Call otherBody = new Call();
    otherBody.signedBody = BODY + " ";
    expectRefused(otherBody.signed(key, secret), "signature_invalid");
    Call otherTarget = new Call();
    otherTarget.signedTarget = CHAT + "?a=b";
    expectRefused(otherTarget.signed(key, secret), "signature_invalid");
    expectRefused(new Call().signed(key, RequestSignature.generateSecret()), "signature_invalid");
  }

  @Test
  void refusesTimestampsThatLieTooFar() throws Exception {
    for (int seconds : new int[] {-310, 310}) {
      Call call = new Call();
      call.time = Instant.now().plusSeconds(seconds);
      expectRefused(call.signed(key, secret), "timestamp_out_of_range");
    }
  }

  @Test
  void takesANonceOnceAndOnlyFromWhoSignedIt() throws Exception {
    Call call = new Call();
    expectRefused(call.signed(key, RequestSignature.generateSecret()), "signature_invalid");
    assertThat(call.signed(key, secret).statusCode()).isEqualTo(200);
    provided.clear();
    expectRefused(call.signed(key, secret), "nonce_replayed");
  }

  @Test
  void takesBothSecretsInTheGracePeriodAndTheOldOneNoLonger() throws Exception {
    SecretString next = RequestSignature.generateSecret();
    for (boolean ended : new boolean[] {false, true}) {
      String id = "key_rotated_" + ended;
      Instant end = ended ? Instant.now() : Instant.now().plusSeconds(60);
      String token =
          gateway.newKey(
              TestKey.of(id, PROJECT)
                  .under(TestPolicies.document(STRICT))
                  .signingWith(
                      gateway.signingSecret(PROJECT, id, 2, next, null),
                      gateway.signingSecret(PROJECT, id, 1, secret, end))
                  .snapshot());
      assertThat(new Call().signed(token, next).statusCode()).isEqualTo(200);
      assertThat(new Call().signed(token, secret).statusCode()).isEqualTo(ended ? 401 : 200);
    }
  }

  @Test
  void refusesAKeyThatHasNoSecret() throws Exception {
    TestKey bare = TestKey.of("key_bare", PROJECT).under(TestPolicies.document(STRICT));
    String token = gateway.newKey(bare.snapshot());
    expectRefused(new Call().signed(token, secret), "signature_invalid");
  }

  @Test
  void asksForASignatureWhereAProjectDoes() throws Exception {
    gateway.putProject(
        PROJECT,
        List.of(
            TestPolicies.document("{'security':{'authentication':{'require_signature':true}}}")),
        TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
    String free = newKey("{}");
    expectRefused(new Call().unsigned(free), "signature_missing");
    assertThat(new Call().signed(free, secret).statusCode()).isEqualTo(200);
  }

  @Test
  void asksForNothingWhereNobodyDoes() throws Exception {
    String off = "{'security':{'authentication':{'require_signature':false,'require_nonce':true}}}";
    assertThat(new Call().unsigned(newKey(off)).statusCode()).isEqualTo(200);
  }

  /** The key moves into a header at the edge; what the client signed is what it sent. */
  @Test
  void verifiesTheTargetAsItWasSentWithAKeyInIt() throws Exception {
    Call call = new Call().to("/v1beta/models/m:generateContent?alt=json&key=" + key + "&x=%41");
    HttpResponse<String> answer = call.signed("", secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(provided.getFirst()).doesNotContain("tgk_");
  }

  @Test
  void takesNoTargetFromAHeader() throws Exception {
    Call call = new Call();
    call.signedTarget = CHAT + "?other";
    expectRefused(
        call.signed(key, secret, "x-tollgate-sent-target", call.signedTarget), "signature_invalid");
  }

  /** Its model comes after more than is held of a form that is not signed. */
  @Test
  void holdsAFormUntilItsSignatureIsKnown() throws Exception {
    String part = "--b\r\nContent-Disposition: form-data; name=";
    String form =
        part
            + "\"file\"; filename=\"a.mp3\"\r\n\r\n"
            + "x".repeat(80_000)
            + "\r\n"
            + part
            + "\"model\"\r\n\r\nm\r\n--b--\r\n";
    String type = "multipart/form-data; boundary=b";
    Call right = new Call().to("/v1/audio/transcriptions").with(form, type);
    HttpResponse<String> answer = right.signed(key, secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(provided).containsExactly("/v1/audio/transcriptions " + form);
    provided.clear();
    Call wrong = new Call().to("/v1/audio/transcriptions").with(form, type);
    wrong.signedBody = form + "x";
    expectRefused(wrong.signed(key, secret), "signature_invalid");
  }

  @Test
  void countsABodyOnceInWhatAllBodiesHold() throws Exception {
    String body = BODY + " ".repeat(3 << 20);
    HttpResponse<String> answer = new Call().with(body, "application/json").signed(key, secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(provided).containsExactly(CHAT + " " + body);
    await().atMost(PATIENCE).until(() -> gateway.bean(BodyMemory.class).heldBytes() == 0);
  }

  @Test
  void refusesABodyThatIsTooLongToBeHeld() throws Exception {
    Call call = new Call().to("/openai/v1/x").with("x".repeat(150_000), "text/plain");
    HttpResponse<String> answer = call.signed(key, secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
    assertThat(provided).isEmpty();
  }
}
