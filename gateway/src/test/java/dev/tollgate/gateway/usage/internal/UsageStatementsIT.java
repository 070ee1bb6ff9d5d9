package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;

class UsageStatementsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");
  private static TestSchema schema;
  private static UsageStatements statements;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
    statements = new UsageStatements(DatabaseClient.create(schema.asGateway()));
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  private static UsageEvent full(String id, @Nullable String resolvedModel) {
    return new UsageEvent(
        id,
        NOW.minusSeconds(1),
        NOW,
        "req_1",
        "org_1",
        "prj_1",
        "key_1",
        "jti_1",
        "production",
        "svc_1",
        "service",
        "openai",
        "openai",
        "chat_completion",
        "gpt-4o",
        resolvedModel,
        200,
        UsageEvent.Outcome.COMPLETED,
        "code",
        true,
        new TokenUsage(1, 2, 3, 4, 5),
        1000L,
        100L,
        2,
        "{\"team\":\"blue\"}");
  }

  private static UsageEvent bare(String id) {
    return new UsageEvent(
        id,
        NOW,
        NOW,
        "req_1",
        "org_1",
        "prj_1",
        null,
        null,
        null,
        null,
        null,
        null,
        "openai",
        "files",
        null,
        null,
        499,
        UsageEvent.Outcome.CANCELLED,
        null,
        false,
        null,
        0L,
        null,
        1,
        "{}");
  }

  private static String row(String id) {
    return schema
        .column("SELECT to_jsonb(u)::text FROM tollgate.usage_event u WHERE id = '" + id + "'")
        .getFirst();
  }

  @Test
  void storesEveryColumn() {
    statements.insertUsage(List.of(full("use_full", "gpt-4o-2024"))).block(PATIENCE);

    assertThat(row("use_full"))
        .contains(
            "\"request_id\": \"req_1\"",
            "\"organization_id\": \"org_1\"",
            "\"project_id\": \"prj_1\"",
            "\"key_id\": \"key_1\"",
            "\"token_jti\": \"jti_1\"",
            "\"environment\": \"production\"",
            "\"service_id\": \"svc_1\"",
            "\"service\": \"service\"",
            "\"provider\": \"openai\"",
            "\"operation\": \"chat_completion\"",
            "\"model\": \"gpt-4o\"",
            "\"resolved_model\": \"gpt-4o-2024\"",
            "\"status\": 200",
            "\"outcome\": \"completed\"",
            "\"error_code\": \"code\"",
            "\"streamed\": true",
            "\"input_tokens\": ",
            "\"latency_ms\": 1000",
            "\"time_to_first_token_ms\": 100",
            "\"attempts\": 2",
            "\"unpriced\": true",
            "\"team\": \"blue\"");
  }

  @Test
  void storesWhatIsNotKnownAsNull() {
    statements.insertUsage(List.of(bare("use_bare"), full("use_next", null))).block(PATIENCE);

    assertThat(row("use_bare"))
        .contains(
            "\"key_id\": null",
            "\"model\": null",
            "\"input_tokens\": null",
            "\"time_to_first_token_ms\": null",
            "\"outcome\": \"cancelled\"");
    assertThat(row("use_next")).contains("\"resolved_model\": null", "\"key_id\": \"key_1\"");
  }

  @Test
  void storesAnEventOnceHoweverOftenItComes() {
    statements.insertUsage(List.of(bare("use_once"))).block(PATIENCE);
    statements.insertUsage(List.of(bare("use_once"), bare("use_other"))).block(PATIENCE);

    assertThat(
            schema.column("SELECT id FROM tollgate.usage_event WHERE id LIKE 'use_o%' ORDER BY id"))
        .containsExactly("use_once", "use_other");
  }

  @Test
  void storesAModelWithACharacterThatTheDatabaseHasNot() {
    statements.insertUsage(List.of(full("use_nul", "a\0b"))).block(PATIENCE);

    assertThat(row("use_nul")).contains("a\uFFFDb");
  }

  @Test
  void storesAThousandRowsInOneStatement() {
    statements
        .insertUsage(IntStream.range(0, 1000).mapToObj(i -> bare("use_many_" + i)).toList())
        .block(PATIENCE);

    assertThat(
            schema.column("SELECT count(*) FROM tollgate.usage_event WHERE id LIKE 'use_many_%'"))
        .containsExactly("1000");
  }

  @Test
  void putsWordIntoTheInbox() {
    statements
        .insertInbox(
            List.of(
                InboxEvent.keyUsed("org_1", "key_1"),
                InboxEvent.credentialRefused("org_1", "crd_1")))
        .block(PATIENCE);

    assertThat(
            schema.column(
                "SELECT concat_ws('/', kind, organization_id, key_id, credential_id) FROM tollgate.inbox"
                    + " ORDER BY kind"))
        .containsExactly("credential_refused/org_1/crd_1", "key_used/org_1/key_1");
  }
}
