package dev.tollgate.gateway.traffic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.traffic.CounterKey;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;

/** On a real PostgreSQL, by the gateway's role. */
class PostgresUsedBeforeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-11-21T12:34:56Z");
  private static TestSchema schema;
  private static PostgresUsedBefore before;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
    before = new PostgresUsedBefore(DatabaseClient.create(schema.asGateway()));
    store("2026-11-20 23:59:59Z", "key_1", "gpt-4o", 1000);
    store("2026-11-21 00:00:00Z", "key_1", "gpt-4o", 100);
    store("2026-11-21 12:00:00Z", "key_1", "gpt-4o", 10);
    store("2026-11-21 12:30:00Z", "key_1", "gpt-4.1", 1);
    store("2026-11-21 12:30:00Z", "key_2", "gpt-4.1", 5);
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  private static void store(String hour, String keyId, String model, long tokens) {
    schema.execute(
        """
        INSERT INTO tollgate.usage_hour
        VALUES (date_trunc('hour', '%s'::timestamptz, 'UTC'), 'org_1', 'prj_1', 'team_1', '%s', 'openai', '%s',
                2, 1, %d, %d, 0, 0, 0, 0)
        """
            .formatted(hour, keyId, model, tokens, tokens));
  }

  private static @Nullable Used used(Subject subject, @Nullable String model) {
    return before.used(new CounterKey(subject, model), NOW).block(PATIENCE);
  }

  @Test
  void sumsTheHourAndTheDay() {
    assertThat(used(Subject.key("key_1"), null)).isEqualTo(new Used(4, 6, 222));
    assertThat(used(Subject.key("key_1"), "gpt-4o")).isEqualTo(new Used(2, 4, 220));
    assertThat(used(Subject.project("prj_1"), null)).isEqualTo(new Used(6, 8, 232));
    assertThat(used(Subject.team("team_1"), null)).isEqualTo(new Used(6, 8, 232));
    assertThat(used(Subject.organization("org_1"), null)).isEqualTo(new Used(6, 8, 232));
  }

  /** A gateway's rows say which limits they fall under by another name than the one requested. */
  @Test
  void sumsEverySpellingThatALimitHasCounted() {
    String row =
        """
        SELECT gateway_v1.store_usage('rep_1', '[{"id":"%s","started_at":"%s","finished_at":"%s","request_id":"r",
          "organization_id":"org_2","project_id":"prj_2","key_id":"key_9","model":"%s","protocol":"openai",
          "operation":"chat_completion","status":200,"outcome":"completed","streamed":true,"latency_ms":5,
          "attempts":1,"unpriced":true,"metadata":{},"input_tokens":1,"output_tokens":2,"also_counts_in":%s}]');
        """;
    String both = "[\"key:key_9 gpt-4o\",\"project:prj_2 Gpt-4o\"]";
    String yesterday = "2026-11-20T23:59:59Z";
    String morning = "2026-11-21T00:00:00Z";
    String now = "2026-11-21T12:34:00Z";
    schema.execute(
        row.formatted("use_1", yesterday, yesterday, "GPT-4O", both)
            + row.formatted("use_2", morning, morning, "GPT-4O", both)
            + row.formatted("use_3", now, now, "gpt-4o:x", "[\"key:key_9 gpt-4o\"]")
            + row.formatted("use_3", now, now, "gpt-4o:x", "[\"key:key_9 gpt-4o\"]")
            + row.formatted("use_4", now, now, "gpt-4o", "null")
            + row.formatted("use_5", now, now, "o3", "null"));
    assertThat(used(Subject.key("key_9"), "gpt-4o")).isEqualTo(new Used(2, 3, 9));
    assertThat(used(Subject.project("prj_2"), "Gpt-4o")).isEqualTo(new Used(0, 1, 3));
    assertThat(used(Subject.key("key_9"), "o3")).isEqualTo(new Used(1, 1, 3));
    assertThat(used(Subject.key("key_9"), null)).isEqualTo(new Used(3, 4, 12));
    assertThat(used(Subject.organization("org_2"), "gpt-4o")).isEqualTo(new Used(1, 1, 3));
  }

  @Test
  void whoWasNeverSeenHasUsedNothing() {
    assertThat(used(Subject.key("key_3"), null)).isEqualTo(new Used(0, 0, 0));
    assertThat(used(Subject.key("prj_1"), null)).isEqualTo(new Used(0, 0, 0));
    assertThat(used(Subject.token("jti_1"), null)).isEqualTo(new Used(0, 0, 0));
  }
}
