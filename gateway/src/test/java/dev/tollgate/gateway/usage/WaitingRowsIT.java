package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.HeldProvider;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What waits for its batch keeps no request in memory: every young collection would copy it. */
class WaitingRowsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PROJECT = "prj_1";
  private static final int ROWS = 60;

  /** That of a connection that is kept for the next request may be one of them. */
  private static final int FEW = 6;

  private static final String LIMITS =
      """
      {'rate_limits': {
         'requests': {'per_second': 1000, 'burst_size': 2000, 'per_minute': 10000, 'per_day': 10000},
         'tokens': {'input_per_minute': 1000000, 'output_per_minute': 1000000, 'total_per_day': 10000000},
         'costs': {'per_request_max': 1, 'per_hour_max': 10, 'per_day_max': 10, 'per_month_max': 10},
         'concurrency': {'max_parallel_requests': 100}}}\
      """;

  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],"
          + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

  private static HeldProvider provider;
  private static GatewayHarness gateway;
  private static HttpClient client;
  private static String key;

  @BeforeAll
  static void start() {
    provider = HeldProvider.start(ANSWER);
    gateway = GatewayHarness.start();
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1}");
    gateway.putProject(PROJECT, TestService.openAi("openai", provider.url() + "/v1"));
    key =
        gateway.newKey(
            TestKey.of("key_1", PROJECT)
                .under(TestPolicies.document(Subject.key("key_1"), LIMITS))
                .snapshot());
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.close();
  }

  private static void call() throws Exception {
    HttpResponse<String> answer =
        client.send(
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
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(gateway.usage().next(PATIENCE).charge()).isNotNull();
  }

  /** Those that something reaches, of every gateway of this process. */
  private static long exchanges() throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(line -> line.length > 3 && line[3].equals(GatewayExchange.class.getName()))
        .mapToLong(line -> Long.parseLong(line[1]))
        .sum();
  }

  @Test
  void rowsThatWaitReachNoRequest() throws Exception {
    gateway.usage().storeNothing();
    for (int i = 0; i < ROWS; i++) {
      call();
    }
    await().atMost(PATIENCE).until(() -> gateway.usage().unstored().size() == ROWS);
    await().atMost(PATIENCE).until(() -> exchanges() <= FEW);
    // They wait for all that time.
    gateway.usage().unstored().forEach(Runnable::run);
  }
}
