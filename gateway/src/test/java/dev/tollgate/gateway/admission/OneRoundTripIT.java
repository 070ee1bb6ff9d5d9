package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.HeldProvider;
import dev.tollgate.gateway.support.RedisProcess;
import dev.tollgate.gateway.support.RedisRelay;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests under limits of every kind and level, to a gateway that counts on a real Redis. */
class OneRoundTripIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PROJECT = "prj_1";

  private static final String EVERY_LIMIT =
      """
      {'rate_limits': {
         'requests': {'per_second': 1000, 'burst_size': 2000, 'per_minute': 1000, 'per_hour': 1000, 'per_day': 1000},
         'tokens': {'input_per_minute': 1000000, 'output_per_minute': 1000000, 'total_per_day': 1000000},
         'costs': {'per_request_max': 1, 'per_hour_max': 10, 'per_day_max': 10, 'per_month_max': 10},
         'concurrency': {'max_parallel_requests': 4, 'max_queued_requests': 0}},
       'permissions': {'models': {'limits': {'gpt-4o':
         {'max_requests_per_day': 1000, 'max_tokens_per_request': 10000, 'max_cost_per_day': 10}}}}}\
      """;

  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],"
          + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

  private static HeldProvider provider;
  private static RedisProcess redis;
  private static RedisRelay relay;
  private static GatewayHarness gateway;
  private static HttpClient client;
  private static String key;

  @BeforeAll
  static void start() throws IOException {
    provider = HeldProvider.start(ANSWER);
    redis = RedisProcess.start();
    relay = RedisRelay.to(redis.url());
    gateway =
        GatewayHarness.start("tollgate.redis.url=" + relay.url(), "tollgate.redis.timeout=500ms");
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1}");
    gateway.putProject(
        PROJECT,
        List.of(
            TestPolicies.document(Subject.organization(GatewayHarness.ORGANIZATION), EVERY_LIMIT),
            TestPolicies.document(Subject.project(PROJECT), EVERY_LIMIT)),
        TestService.openAi("openai", provider.url() + "/v1"));
    key =
        gateway.newKey(
            TestKey.of("key_1", PROJECT)
                .under(
                    TestPolicies.document(Subject.team("tem_1"), EVERY_LIMIT),
                    TestPolicies.document(Subject.key("key_1"), EVERY_LIMIT))
                .snapshot());
    client = HttpClient.newHttpClient();
    MeterRegistry meters = gateway.bean(MeterRegistry.class);
    await()
        .atMost(PATIENCE)
        .until(() -> meters.get("tollgate.concurrency.away").gauge().value() == 0);
    // The first request teaches Redis the scripts and begins the windows.
    assertThat(send().join().statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    relay.close();
    redis.close();
    provider.close();
  }

  private static CompletableFuture<HttpResponse<String>> send() {
    return client.sendAsync(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"model": "gpt-4o", "max_tokens": 20, "messages": [{"role": "user", "content": "Hi"}]}\
                    """))
            .build(),
        BodyHandlers.ofString());
  }

  /** The one that was before has given everything back. */
  private static HttpResponse<String> sendWhenFree() {
    return await()
        .atMost(PATIENCE)
        .until(() -> send().join(), answer -> answer.statusCode() == 200);
  }

  /** Whether it runs the script that takes in this package. */
  private static boolean takes(List<String> command, String feature) {
    return command.size() > 1
        && command.get(0).startsWith("EVAL")
        && command.get(1).equals(hash(feature));
  }

  private static String hash(String feature) {
    String file = "/dev/tollgate/gateway/" + feature + "/take.lua";
    try (InputStream script = Objects.requireNonNull(Limiter.class.getResourceAsStream(file))) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(script.readAllBytes()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean takesConcurrency(List<String> command) {
    return takes(command, "concurrency/internal");
  }

  private static boolean takesTraffic(List<String> command) {
    return takes(command, "traffic");
  }

  private static boolean dependsOnConcurrency(List<String> command) {
    return command.stream().anyMatch(word -> word.startsWith("tollgate:concurrency:"));
  }

  /** It only asks what is left. */
  private static boolean takesNothing(List<String> command) {
    int keys = Integer.parseInt(command.get(2));
    List<String> arguments = command.subList(3 + keys, command.size());
    return IntStream.range(0, keys).allMatch(i -> arguments.get(6 * i + 2).equals("0"));
  }

  private static long remaining(HttpResponse<String> answer) {
    return Long.parseLong(
        answer.headers().firstValue("x-ratelimit-remaining-requests").orElseThrow());
  }

  /** Redis' answers are held back until both questions have come. */
  @Test
  void everyLimitIsTakenWithOneRoundTrip() {
    var _ = sendWhenFree();
    relay.holdBack(command -> takesConcurrency(command) || takesTraffic(command), 2);
    HttpResponse<String> answer = send().join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<List<String>> taken =
        relay.commands().stream()
            .filter(command -> takesConcurrency(command) || takesTraffic(command))
            .toList();
    assertThat(taken).hasSize(2);
    assertThat(takesConcurrency(taken.getFirst())).isTrue();
    // Eight limits at each of four levels, and the permit that it all depends on.
    assertThat(takesTraffic(taken.getLast())).isTrue();
    assertThat(taken.getLast()).element(2).isEqualTo("33");
    assertThat(dependsOnConcurrency(taken.getLast())).isTrue();
    assertThat(gateway.bean(MeterRegistry.class).get("tollgate.concurrency.away").gauge().value())
        .isZero();
  }

  /** A request that is at the provider now. */
  private static CompletableFuture<HttpResponse<String>> going() {
    CompletableFuture<HttpResponse<String>> going;
    do {
      int before = provider.arrived();
      CompletableFuture<HttpResponse<String>> sent = send();
      await().atMost(PATIENCE).until(() -> provider.arrived() > before || sent.isDone());
      going = sent;
    } while (going.isDone());
    return going;
  }

  @Test
  void whatConcurrencyRefusesTakesNothingElse() {
    long before = remaining(sendWhenFree());
    provider.hold();
    List<CompletableFuture<HttpResponse<String>>> going = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        going.add(going());
      }
      relay.holdBack(OneRoundTripIT::takesTraffic, 0);
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> refused = send().join();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"concurrency_limit_exceeded\"");
        assertThat(remaining(refused)).isEqualTo(before - 4);
      }
      assertThat(relay.commands().stream().filter(OneRoundTripIT::takesTraffic))
          .isNotEmpty()
          .allMatch(command -> dependsOnConcurrency(command) || takesNothing(command));
    } finally {
      provider.letGo();
    }
    assertThat(remaining(going.getLast().join())).isEqualTo(before - 4);
    assertThat(remaining(sendWhenFree())).isEqualTo(before - 5);
  }
}
