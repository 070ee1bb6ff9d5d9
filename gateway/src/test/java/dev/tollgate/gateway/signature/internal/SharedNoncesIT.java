package dev.tollgate.gateway.signature.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.crypto.signature.SignedRequest;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.RedisProcess;
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
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Signed requests to two gateways on one Redis. */
class SharedNoncesIT {

  private static final String PROJECT = "prj_1";
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\",\"messages\":[]}";
  private static final String KEY_ID = "key_signed";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The bound within which a request must have its answer, Redis away or not. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final SecretString secret = RequestSignature.generateSecret();
  private static final AtomicInteger provided = new AtomicInteger();
  private static DisposableServer provider;
  private static RedisProcess redis;
  private static Replica one;
  private static Replica other;

  /** A gateway and what it takes as the key. */
  private record Replica(GatewayHarness gateway, String token, String unsignedToken) {

    static Replica start() {
      GatewayHarness gateway = GatewayHarness.start("tollgate.redis.url=" + redis.url());
      gateway.putProject(
          PROJECT, TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
      String token =
          gateway.newKey(
              TestKey.of(KEY_ID, PROJECT)
                  .under(
                      TestPolicies.document(
                          "{'security':{'authentication':{'require_nonce':true}}}"))
                  .signingWith(gateway.signingSecret(PROJECT, KEY_ID, 1, secret, null))
                  .snapshot());
      return new Replica(gateway, token, gateway.newKey(PROJECT));
    }

    HttpResponse<String> send(String nonce) throws Exception {
      String timestamp = Long.toString(Instant.now().getEpochSecond());
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(BODY.getBytes(UTF_8));
      String signature =
          new RequestSignature(secret).sign(SignedRequest.of("POST", CHAT, hash), timestamp, nonce);
      return client.send(
          request(token)
              .header("X-Tollgate-Timestamp", timestamp)
              .header("X-Tollgate-Nonce", nonce)
              .header("X-Tollgate-Signature", signature)
              .build(),
          BodyHandlers.ofString());
    }

    HttpResponse<String> sendUnsigned() throws Exception {
      return client.send(request(unsignedToken).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String by) {
      return HttpRequest.newBuilder(gateway.uri(CHAT))
          .timeout(ANSWER_BOUND)
          .header("Content-Type", "application/json")
          .header("Authorization", "Bearer " + by)
          .POST(BodyPublishers.ofString(BODY));
    }
  }

  @BeforeAll
  static void start() throws IOException {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              provided.incrementAndGet();
              return request
                  .receive()
                  .then()
                  .thenMany(
                      response
                          .header("Content-Type", "application/json")
                          .sendString(Mono.just("{}")));
            })
            .bindNow();
    redis = RedisProcess.start();
    one = Replica.start();
    other = Replica.start();
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    one.gateway().close();
    other.gateway().close();
    redis.close();
    provider.disposeNow();
  }

  private static String newNonce() {
    return UUID.randomUUID().toString();
  }

  private static void awaitService() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            one.send(newNonce()).statusCode() == 200 && other.send(newNonce()).statusCode() == 200);
  }

  @Test
  void refusesAtOneGatewayWhatTheOtherHasTaken() throws Exception {
    awaitService();
    String nonce = newNonce();
    assertThat(one.send(nonce).statusCode()).isEqualTo(200);
    int before = provided.get();
    HttpResponse<String> replayed = other.send(nonce);
    assertThat(replayed.statusCode()).isEqualTo(401);
    assertThat(replayed.body()).contains("\"nonce_replayed\"");
    assertThat(provided).hasValue(before);
  }

  @Test
  void refusesSignedRequestsAloneWhileRedisIsFrozen() throws Exception {
    awaitService();
    redis.freeze();
    try {
      expectUnavailable();
      assertThat(one.sendUnsigned().statusCode()).isEqualTo(200);
    } finally {
      redis.thaw();
    }
    awaitService();
  }

  @Test
  void refusesSignedRequestsWhileRedisIsDownAndServesThemAfterwards() throws Exception {
    awaitService();
    redis.kill();
    try {
      expectUnavailable();
    } finally {
      redis.restart();
    }
    awaitService();
  }

  private static void expectUnavailable() throws Exception {
    int before = provided.get();
    HttpResponse<String> refused = one.send(newNonce());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("\"service_unavailable\"");
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(provided).hasValue(before);
  }
}
