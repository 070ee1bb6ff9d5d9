package dev.tollgate.gateway.usage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.UsageEvents;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows byte for byte: those that a process leaves are stored by the next, of whatever version. */
class UsageRowTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private static String first(UsageEvent event) {
    return new String(UsageRow.of(event).first(), UTF_8);
  }

  @Test
  void writesWhatEveryRowHas() {
    assertThat(first(UsageEvents.bare("use_1", NOON, Outcome.INTERRUPTED)))
        .isEqualTo(
            """
            {"id":"use_1","started_at":"2026-11-22T12:00:00Z","request_id":"req_1",\
            "organization_id":"org_1","project_id":"prj_1","protocol":"openai",\
            "operation":"files","metadata":{},"finished_at":"2026-11-22T12:00:00Z",\
            "status":499,"outcome":"interrupted","streamed":false,"estimated":false,\
            "latency_ms":0,"attempts":1,"unpriced":true}\
            """);
  }

  @Test
  void writesEveryColumn() {
    UsageEvent event =
        UsageEvents.full(
            "use_1", NOON.plusNanos(120_034_000), "gpt-4o-2024", "{\"team\":\"bläu €😀\"}");
    assertThat(first(event))
        .isEqualTo(
            """
            {"id":"use_1","started_at":"2026-11-22T11:59:59.120034Z","request_id":"req_1",\
            "organization_id":"org_1","project_id":"prj_1","key_id":"key_1","team_id":"team_1",\
            "token_jti":"jti_1","environment":"production","protocol":"openai",\
            "operation":"chat_completion","metadata":{"team":"bläu €😀"},\
            "finished_at":"2026-11-22T12:00:00.120034Z","service_id":"svc_1",\
            "service":"service","provider":"openai","model":"gpt-4o",\
            "resolved_model":"gpt-4o-2024","status":200,"outcome":"completed",\
            "error_code":"code","streamed":true,"input_tokens":1,"output_tokens":2,\
            "cached_tokens":3,"reasoning_tokens":4,"cache_write_tokens":5,"estimated":true,\
            "latency_ms":1000,"time_to_first_token_ms":100,"attempts":2,\
            "cost_micro_usd":1234567,"price_version":"prc_1","unpriced":false}\
            """);
  }

  @Test
  void escapesWhatOthersHaveWritten() {
    assertThat(first(UsageEvents.full("use_1", NOON, "a\"b\\c\n\0\u007fé€😀\ud800")))
        .contains(
            """
            "resolved_model":"a\\u0022b\\u005cc\\u000a\\ufffd\\u007f\\u00e9\\u20ac\\ud83d\\ude00\\ufffd",\
            """);
  }

  @Test
  void keepsWhatCannotChange() {
    UsageRow row = UsageRow.of(UsageEvents.full("use_1", NOON, null));
    byte[] first = row.first().clone();
    UsageEvent later = UsageEvents.bare("use_2", NOON.plusMillis(1), Outcome.COMPLETED);
    String fixed =
        """
        {"id":"use_1","started_at":"2026-11-22T11:59:59Z","request_id":"req_1",\
        "organization_id":"org_1","project_id":"prj_1","key_id":"key_1","team_id":"team_1",\
        "token_jti":"jti_1","environment":"production","protocol":"openai",\
        "operation":"chat_completion","metadata":{"team":"blue"},\
        """;
    assertThat(new String(row.with(later), UTF_8))
        .isEqualTo(
            fixed
                + """
                "finished_at":"2026-11-22T12:00:00.001Z","status":499,"outcome":"completed",\
                "streamed":false,"estimated":false,"latency_ms":0,"attempts":1,"unpriced":true}\
                """);
    assertThat(row.first()).isEqualTo(first);
  }

  @Test
  void writesRowsOfAnyLength() {
    String metadata = "{\"text\":\"" + "x".repeat(100_000) + "\"}";
    UsageEvent large = UsageEvents.full("use_1", NOON, "m".repeat(5000), metadata);
    UsageEvent small = UsageEvents.bare("use_2", NOON, Outcome.FAILED);
    String before = first(small);
    assertThat(first(large)).hasSizeGreaterThan(105_000).contains(metadata).endsWith("}");
    assertThat(first(small)).isEqualTo(before);
  }

  @Test
  void writesNumbersOfAnySize() {
    for (long number : new long[] {0, 9, 10, 99, 1_000_000, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      byte[] written = new JsonMembers().number("n", number).bool("b", true).toByteArray();
      assertThat(new String(written, UTF_8)).isEqualTo(",\"n\":" + number + ",\"b\":true");
    }
  }

  @Test
  void writesRowsOfSeveralThreadsAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> whole =
          IntStream.range(0, 4)
              .mapToObj(thread -> threads.submit(() -> isWrittenWhole("use_" + thread)))
              .toList();
      for (Future<Boolean> each : whole) {
        assertThat(each.get()).isTrue();
      }
    }
  }

  private static boolean isWrittenWhole(String id) {
    String expected = first(UsageEvents.bare(id, NOON, Outcome.FAILED));
    return expected.contains("\"" + id + "\"")
        && IntStream.range(0, 10_000)
            .allMatch(i -> expected.equals(first(UsageEvents.bare(id, NOON, Outcome.FAILED))));
  }
}
