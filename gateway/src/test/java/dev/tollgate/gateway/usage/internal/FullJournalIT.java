package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.HeldProvider;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** A journal that can note nothing more, through the whole gateway: nobody is called then. */
class FullJournalIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Of 64 KB, that the journal may have. */
  private static final int FILES = 8;

  /** Many more than fit. */
  private static final int MANY = 3000;

  /** One request takes nearly all of each. */
  private static final String LIMITS =
      """
      {'rate_limits': {
         'requests': {'per_day': 2},
         'tokens': {'total_per_day': 150},
         'costs': {'per_day_max': 0.000150},
         'concurrency': {'max_parallel_requests': 1, 'max_queued_requests': 1}}}\
      """;

  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],"
          + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

  private final List<byte[]> database = new CopyOnWriteArrayList<>();
  private HeldProvider provider;
  private HttpClient client;
  private GatewayHarness gateway;
  private JournaledUsage usage;

  @BeforeEach
  void start() {
    provider = HeldProvider.start(ANSWER);
    client = HttpClient.newHttpClient();
    gateway = GatewayHarness.start("tollgate.journal.max-size=512KB");
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1}");
    gateway.putProject("prj_1", TestService.openAi("openai", provider.url() + "/v1"));
    usage =
        new JournaledUsage(
            gateway.bean(Journal.class), 1000, this::store, gateway.bean(RefusedRows.class));
    usage.readLeft();
    gateway.usage().noteIn(usage);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    gateway.close();
    provider.close();
  }

  private Mono<Void> store(List<byte[]> rows) {
    return Mono.fromRunnable(() -> database.addAll(rows));
  }

  private HttpResponse<String> ask(String key, boolean stream, int maximum)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
            + "\"max_tokens\":%d,\"stream\":%s}".formatted(maximum, stream);
    return client.send(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Calls until one is refused, and gives how many were served. */
  private int fill() throws IOException, InterruptedException {
    String key = gateway.newKey("prj_1");
    int served = 0;
    HttpResponse<String> answer = ask(key, false, 5);
    while (answer.statusCode() == 200 && served < MANY) {
      served++;
      answer = ask(key, false, 5);
    }
    assertRefused(answer);
    return served;
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("\"service_unavailable\"", "\"api_error\"");
    assertThat(answer.headers().firstValue("retry-after")).contains("5");
    assertThat(answer.headers().firstValue("x-tollgate-error-source")).contains("gateway");
  }

  /** What one of them had kept would refuse the next with 429. */
  private String refusedWithoutAnyCall(boolean stream) throws IOException, InterruptedException {
    String key =
        gateway.newKey(
            "prj_1", null, TestPolicies.document(Subject.key("key_full_" + stream), LIMITS));
    int calls = provider.arrived();
    for (int i = 0; i < 5; i++) {
      assertRefused(ask(key, stream, 100));
    }
    assertThat(provider.arrived()).isEqualTo(calls);
    return key;
  }

  /** Gives how many calls it took. */
  private int serveAgain(String key, boolean stream) throws IOException, InterruptedException {
    String other = gateway.newKey("prj_1");
    await().atMost(PATIENCE).until(() -> ask(other, false, 5).statusCode() == 200);
    HttpResponse<String> answer = ask(key, stream, 100);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-ratelimit-remaining-requests")).contains("1");
    return 2;
  }

  private void assertEveryCallHasItsRow(int calls) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          usage.flush().block(PATIENCE);
          assertThat(database).hasSize(calls);
        });
    assertThat(provider.arrived()).isEqualTo(calls);
    assertThat(usage.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesBeforeTheCallWhileTheDatabaseTakesNoRows(boolean stream) throws Exception {
    int served = fill();
    assertThat(provider.arrived()).isEqualTo(served);
    assertThat(files(journal())).isEqualTo(FILES);
    String key = refusedWithoutAnyCall(stream);

    usage.flush().block(PATIENCE);
    assertEveryCallHasItsRow(served + serveAgain(key, stream));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesBeforeTheCallWhileTheDiskTakesNoFiles(boolean stream) throws Exception {
    Path away = journal().resolveSibling("away");
    Files.move(journal(), away);
    int served = fill();
    assertThat(provider.arrived()).isEqualTo(served);
    assertThat(files(away)).as("it would take more").isLessThan(FILES);
    String key = refusedWithoutAnyCall(stream);

    Files.move(away, journal());
    assertEveryCallHasItsRow(served + serveAgain(key, stream));
  }

  private Path journal() {
    return gateway.bean(JournalProperties.class).directory();
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".journal")).count();
    }
  }
}
