package dev.tollgate.gateway.concurrency.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.HeldProvider;
import dev.tollgate.gateway.support.RedisProcess;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of one key to two gateways on one Redis, whose provider answers when it is told to. */
class SharedConcurrencyIT {

  private static final String PROJECT = "prj_1";
  private static final String KEY_ID = "key_1";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The bound within which a request must have its answer, Redis away or not. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static HeldProvider provider;
  private static RedisProcess redis;
  private static Replica one;
  private static Replica other;

  /** A gateway and what it takes as the key. */
  private record Replica(GatewayHarness gateway, String token) {

    static Replica start() {
      GatewayHarness gateway = GatewayHarness.start("tollgate.redis.url=" + redis.url());
      gateway.putProject(PROJECT, TestService.openAi("openai", provider.url()));
      String token =
          gateway.newKey(
              TestKey.of(KEY_ID, PROJECT)
                  .under(
                      TestPolicies.document(
                          Subject.key(KEY_ID),
                          "{'rate_limits':{'concurrency':{'max_parallel_requests':2}}}"))
                  .snapshot());
      return new Replica(gateway, token);
    }

    CompletableFuture<HttpResponse<String>> send(Duration bound) {
      return client.sendAsync(
          HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
              .timeout(bound)
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + token)
              .POST(BodyPublishers.ofString("{\"model\":\"m\",\"messages\":[]}"))
              .build(),
          BodyHandlers.ofString());
    }

    /** A request that is at the provider now. */
    CompletableFuture<HttpResponse<String>> going() {
      int before = provider.arrived();
      CompletableFuture<HttpResponse<String>> going = send(PATIENCE);
      Client.until(() -> provider.arrived() > before || going.isDone());
      assertThat(going).isNotDone();
      return going;
    }

    void isRefused() {
      HttpResponse<String> refused = send(ANSWER_BOUND).join();
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
      assertThat(refused.body()).contains("\"concurrency_limit_exceeded\"");
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    }

    void awaitRedis() {
      MeterRegistry meters = gateway.bean(MeterRegistry.class);
      Client.until(() -> meters.get("tollgate.concurrency.away").gauge().value() == 0);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    provider = HeldProvider.start("{}");
    provider.hold();
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
    provider.close();
  }

  @BeforeEach
  void awaitRedis() {
    one.awaitRedis();
    other.awaitRedis();
  }

  @AfterEach
  void answer() {
    provider.letGo();
    provider.hold();
  }

  private static int status(CompletableFuture<HttpResponse<String>> answer) {
    return answer.join().statusCode();
  }

  @Test
  void countsOnceForBothGateways() {
    CompletableFuture<HttpResponse<String>> first = one.going();
    CompletableFuture<HttpResponse<String>> second = other.going();
    one.isRefused();
    other.isRefused();
    answer();
    assertThat(status(first)).isEqualTo(200);
    assertThat(status(second)).isEqualTo(200);
    CompletableFuture<HttpResponse<String>> third = one.going();
    CompletableFuture<HttpResponse<String>> fourth = one.going();
    other.isRefused();
    answer();
    assertThat(status(third)).isEqualTo(200);
    assertThat(status(fourth)).isEqualTo(200);
  }

  @Test
  void keepsEachGatewayToItsShareWhileRedisIsFrozen() throws Exception {
    redis.freeze();
    CompletableFuture<HttpResponse<String>> first;
    CompletableFuture<HttpResponse<String>> second;
    try {
      first = one.going();
      one.isRefused();
      second = other.going();
      other.isRefused();
    } finally {
      redis.thaw();
    }
    one.awaitRedis();
    other.awaitRedis();
    one.isRefused();
    answer();
    assertThat(status(first)).isEqualTo(200);
    assertThat(status(second)).isEqualTo(200);
  }
}
