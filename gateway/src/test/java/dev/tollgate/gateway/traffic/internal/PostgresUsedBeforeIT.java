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

  @Test
  void whoWasNeverSeenHasUsedNothing() {
    assertThat(used(Subject.key("key_3"), null)).isEqualTo(new Used(0, 0, 0));
    assertThat(used(Subject.key("prj_1"), null)).isEqualTo(new Used(0, 0, 0));
    assertThat(used(Subject.token("jti_1"), null)).isEqualTo(new Used(0, 0, 0));
  }
}
