package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.RecordedRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every request that reached a provider leaves one row, seen within the contract's bound. */
class UsageRowsIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The words of the simulator's answer, each of them a token. */
  private static final int WORDS = 19;

  private static final List<Wire> WIRES = List.of(Wire.values());

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private final Tenant.Key key = tenant.key(",'metadata':{'team':'payments'}");

  @ParameterizedTest
  @CsvSource({
    "OPENAI,false",
    "OPENAI,true",
    "ANTHROPIC,false",
    "ANTHROPIC,true",
    "GEMINI,false",
    "GEMINI,true"
  })
  void aFinishedRequestLeavesItsRow(Wire wire, boolean streamed) {
    String id = Wire.newId();
    wire.ask(bed, key, "sim-cached+reasoning", streamed, Wire.mark(id), "X-Request-Id: " + id);
    JsonNode row = tenant.onlyUsage(key);
    long input = inputTokens(bed.upstream(id));
    assertThat(row.path("request_id").asString()).isEqualTo(id);
    assertThat(row.path("key_id").asString()).isEqualTo(key.id());
    assertThat(row.path("project_id").asString()).isEqualTo(tenant.project());
    assertThat(row.path("model").asString()).isEqualTo("sim-cached+reasoning");
    assertThat(row.path("provider").asString()).isEqualTo(wire.provider());
    assertThat(row.path("operation").asString()).isEqualTo("chat_completion");
    assertThat(row.path("status").asInt()).isEqualTo(200);
    assertThat(row.path("outcome").asString()).isEqualTo("completed");
    assertThat(row.path("streamed").asBoolean()).isEqualTo(streamed);
    assertThat(row.path("attempts").asInt()).isEqualTo(1);
    assertThat(row.at("/metadata/team").asString()).isEqualTo("payments");
    assertThat(row.at("/tokens/input").asLong()).isEqualTo(input);
    assertThat(row.at("/tokens/cached").asLong()).isEqualTo(input / 2);
    assertThat(row.at("/tokens/output").asLong()).isEqualTo(WORDS);
    assertThat(row.at("/tokens/reasoning").asLong())
        .isEqualTo(wire == Wire.ANTHROPIC ? 0 : WORDS / 2);
    assertThat(row.path("time_to_first_token_ms").asLong(-1))
        .isBetween(0L, row.path("latency_ms").asLong());
  }

  @ParameterizedTest
  @CsvSource({
    "sim-429, false, 429, ''",
    "sim-500, true, 500, ''",
    "sim-401, false, 502, provider_auth_failed",
    "sim-reset, true, 502, provider_unavailable",
    "sim-cut-mid-event, true, 200, provider_unavailable",
  })
  void aFailedRequestLeavesItsRow(String model, boolean streamed, int status, String code) {
    for (Wire wire : Wire.values()) {
      Tenant.Key own = tenant.key();
      wire.ask(bed, own, model, streamed);
      JsonNode row = tenant.onlyUsage(own);
      assertThat(row.path("outcome").asString()).as(row.toString()).isEqualTo("failed");
      assertThat(row.path("status").asInt()).isEqualTo(status);
      assertThat(row.path("error_code").asString("")).isEqualTo(code);
      assertThat(row.path("model").asString()).isEqualTo(model);
      assertThat(row.path("provider").asString()).isEqualTo(wire.provider());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatItsClientLeftLeavesItsRow(Wire wire) {
    try (RawHttp.Exchange exchange = wire.open(bed, key, "sim-long-900+slow-20", true)) {
      assertThat(exchange.read(2_000)).hasSize(2_000);
    }
    JsonNode row = tenant.onlyUsage(key);
    assertThat(row.path("outcome").asString()).isEqualTo("cancelled");
    assertThat(row.path("streamed").asBoolean()).isTrue();
    assertThat(row.path("time_to_first_token_ms").isNumber()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aCallThatItsClientLeftBeforeTheAnswerLeavesItsRow(Wire wire) {
    String id = Wire.newId();
    try (RawHttp.Exchange exchange =
        wire.open(bed, key, "sim-stall-before-head", true, Wire.mark(id))) {
      await().until(() -> !bed.upstreams(id).isEmpty());
      assertThat(exchange).isNotNull();
    }
    JsonNode row = tenant.onlyUsage(key);
    assertThat(row.path("outcome").asString()).isEqualTo("cancelled");
    assertThat(row.path("status").asInt()).isEqualTo(499);
  }

  @Test
  void aHundredAtOnceLeaveAHundredRows() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Reply>> calls =
          IntStream.range(0, 100).<Callable<Reply>>mapToObj(i -> () -> ask(i)).toList();
      for (Future<Reply> answer : clients.invokeAll(calls)) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
    }
    List<JsonNode> rows = tenant.usage(key, 100);
    assertThat(rows).hasSize(100);
    Set<String> requests = new HashSet<>();
    rows.forEach(row -> requests.add(row.path("request_id").asString()));
    assertThat(requests).hasSize(100);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.at("/tokens/output").asLong()).isEqualTo(WORDS));
  }

  private Reply ask(int number) {
    return WIRES
        .get(number % WIRES.size())
        .ask(bed, key, "m", number % 2 == 0, "X-Request-Id: many-" + number);
  }

  /** As the simulator counts: four characters of the document a token. */
  private static long inputTokens(RecordedRequest request) {
    return (JSON.readTree(request.body()).toString().length() + 3L) / 4;
  }
}
