package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.support.UsageEvents;
import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

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
    return UsageEvents.full(id, NOW, resolvedModel);
  }

  private static UsageEvent bare(String id) {
    return UsageEvents.bare(id, NOW, UsageEvent.Outcome.CANCELLED);
  }

  private static Mono<Void> store(List<UsageEvent> events) {
    return statements.storeUsage(
        "rep_test", events.stream().map(event -> UsageRow.of(event).with(event)).toList());
  }

  private static String row(String id) {
    return schema
        .column("SELECT to_jsonb(u)::text FROM tollgate.usage_event u WHERE id = '" + id + "'")
        .getFirst();
  }

  @Test
  void storesEveryColumn() {
    store(List.of(full("use_full", "gpt-4o-2024"))).block(PATIENCE);

    assertThat(row("use_full"))
        .contains(
            "\"request_id\": \"req_1\"",
            "\"organization_id\": \"org_1\"",
            "\"project_id\": \"prj_1\"",
            "\"key_id\": \"key_1\"",
            "\"team_id\": \"team_1\"",
            "\"estimated\": true",
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
            "\"cost_micro_usd\": 1234567",
            "\"price_version\": \"prc_1\"",
            "\"unpriced\": false",
            "\"team\": \"blue\"");
  }

  /** Of 1, 2, 3, 4 tokens, a second and 1.234567 dollars each; the third is of the hour before. */
  @Test
  void addsEachRowToItsHourOnce() {
    Instant noon = Instant.parse("2026-11-20T12:00:01Z");
    List<UsageEvent> rows =
        List.of(
            UsageEvents.full("use_hour_1", noon, null),
            UsageEvents.full("use_hour_2", noon.plusSeconds(3599), null),
            UsageEvents.full("use_hour_3", noon.minusMillis(1), null),
            UsageEvents.bare("use_hour_4", noon, UsageEvent.Outcome.FAILED),
            UsageEvents.bare("use_hour_5", noon, UsageEvent.Outcome.INTERRUPTED));
    store(rows).block(PATIENCE);
    store(rows).block(PATIENCE);
    assertThat(hours())
        .containsExactlyInAnyOrder(
            "11:00 org_1 prj_1 team_1 key_1 openai gpt-4o: 1 0, 1 2 3 4, 1234567, 1000",
            "12:00 org_1 prj_1 - - - -: 2 2, 0 0 0 0, 0, 0",
            "12:00 org_1 prj_1 team_1 key_1 openai gpt-4o: 2 0, 2 4 6 8, 2469134, 2000");

    store(List.of(UsageEvents.full("use_hour_6", noon, null))).block(PATIENCE);
    assertThat(hours())
        .hasSize(3)
        .contains("12:00 org_1 prj_1 team_1 key_1 openai gpt-4o: 3 0, 3 6 9 12, 3703701, 3000");
  }

  private static List<String> hours() {
    return schema.column(
        """
        SELECT format('%s %s %s %s %s %s %s: %s %s, %s %s %s %s, %s, %s', to_char(hour AT TIME ZONE 'UTC', 'HH24:MI'),
                      organization_id, project_id, coalesce(team_id, '-'), coalesce(key_id, '-'),
                      coalesce(provider, '-'), coalesce(model, '-'), requests, failed, input_tokens, output_tokens,
                      cached_tokens, reasoning_tokens, cost_micro_usd, latency_ms)
          FROM tollgate.usage_hour
         WHERE hour BETWEEN '2026-11-20T00:00:00Z' AND '2026-11-20T23:00:00Z'\
        """);
  }

  @Test
  void storesWhatIsNotKnownAsNull() {
    store(List.of(bare("use_bare"), full("use_next", null))).block(PATIENCE);

    assertThat(row("use_bare"))
        .contains(
            "\"key_id\": null",
            "\"model\": null",
            "\"input_tokens\": null",
            "\"time_to_first_token_ms\": null",
            "\"cost_micro_usd\": null",
            "\"price_version\": null",
            "\"unpriced\": true",
            "\"outcome\": \"cancelled\"");
    assertThat(row("use_next")).contains("\"resolved_model\": null", "\"key_id\": \"key_1\"");
  }

  @Test
  void storesAnEventOnceHoweverOftenItComes() {
    store(List.of(bare("use_once"))).block(PATIENCE);
    store(List.of(bare("use_once"), bare("use_other"))).block(PATIENCE);

    assertThat(
            schema.column("SELECT id FROM tollgate.usage_event WHERE id LIKE 'use_o%' ORDER BY id"))
        .containsExactly("use_once", "use_other");
  }

  /** Spring's exceptions are not those of the driver. */
  @Test
  void refusesOneRowOnlyForWhatStandsInIt() {
    List<String> refused = new ArrayList<>();
    BatchQueue<UsageEvent> queue =
        new BatchQueue<>(
            "Test", 10, 10, UsageStatementsIT::store, (row, why) -> refused.add(row.id() + why));
    schema.execute(
        "ALTER TABLE tollgate.usage_event ADD CONSTRAINT none CHECK (resolved_model <> 'none')");
    queue.add(UsageEvents.full("use_good_1", NOW, null));
    queue.add(UsageEvents.full("use_text", NOW, null, "{\"a\":\"\\u0000\"}"));
    queue.add(UsageEvents.full("use_check", NOW, "none"));
    queue.add(UsageEvents.full("use_good_2", NOW, null));
    queue.flush().block(PATIENCE);

    assertThat(queue.size()).isZero();
    assertThat(refused)
        .satisfiesExactlyInAnyOrder(
            row -> assertThat(row).startsWith("use_text").contains("[22P05]"),
            row -> assertThat(row).startsWith("use_check").contains("[23514]"));
    assertThat(
            schema.column(
                "SELECT id FROM tollgate.usage_event WHERE id LIKE 'use_good%' ORDER BY id"))
        .containsExactly("use_good_1", "use_good_2");
  }

  @Test
  void storesAModelWithACharacterThatTheDatabaseHasNot() {
    store(List.of(full("use_nul", "a\0b"))).block(PATIENCE);

    assertThat(row("use_nul")).contains("a\uFFFDb");
  }

  @Test
  void storesAThousandRowsInOneStatement() {
    store(IntStream.range(0, 1000).mapToObj(i -> bare("use_many_" + i)).toList()).block(PATIENCE);

    assertThat(
            schema.column("SELECT count(*) FROM tollgate.usage_event WHERE id LIKE 'use_many_%'"))
        .containsExactly("1000");
  }

  @Test
  void storesAnAccessRowOnce() {
    AccessEvent row =
        new AccessEvent(
            "evt_1",
            NOW,
            "req_1",
            "org_1",
            null,
            true,
            "key_1",
            "203.0.113.7",
            AccessEvent.Outcome.REFUSED,
            details("code", null, "path", "a\0b", "status", 403));
    AccessEvent bare =
        new AccessEvent(
            "evt_2",
            NOW,
            "req_2",
            "org_1",
            "prj_1",
            false,
            "jti_1",
            null,
            AccessEvent.Outcome.COMPLETED,
            Map.of());
    statements.insertAccess(List.of(row)).block(PATIENCE);
    statements.insertAccess(List.of(row, bare)).block(PATIENCE);

    assertThat(
            schema.column(
                "SELECT concat_ws('/', id, project_id, caller_type, caller_id, ip_address, outcome, details)"
                    + " FROM tollgate.access_event ORDER BY id"))
        .containsExactly(
            "evt_1/virtual_key/key_1/203.0.113.7/refused/{\"path\": \"a\uFFFDb\", \"status\": 403}",
            "evt_2/prj_1/project_token/jti_1/completed");
  }

  private static Map<String, @Nullable Object> details(@Nullable Object... pairs) {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      details.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return details;
  }

  @Test
  void putsWhatItTellsMoreIntoTheInbox() {
    Map<String, @Nullable Object> source = details("project_id", "prj_1", "ip_address", null);
    statements
        .insertInbox(
            List.of(
                InboxEvent.keySeen("org_1", "key_2", source),
                InboxEvent.keyRefused("org_1", "key_2", details("count", 7L)),
                InboxEvent.securityEvent("org_1", "key_2", "nonce_replayed", source)))
        .block(PATIENCE);

    assertThat(
            schema.column(
                "SELECT kind || details::text FROM tollgate.inbox WHERE key_id = 'key_2' ORDER BY kind"))
        .containsExactly(
            "key_refused{\"count\": 7}",
            "key_seen{\"project_id\": \"prj_1\"}",
            "security_event{\"reason\": \"nonce_replayed\", \"project_id\": \"prj_1\"}");
  }

  @Test
  void putsWordIntoTheInbox() {
    statements
        .insertInbox(
            List.of(
                InboxEvent.Use.ofKey("org_1", "key_1").event(),
                InboxEvent.credentialRefused("org_1", "crd_1")))
        .block(PATIENCE);

    assertThat(
            schema.column(
                "SELECT concat_ws('/', kind, organization_id, key_id, credential_id) FROM tollgate.inbox"
                    + " WHERE details IS NULL ORDER BY kind"))
        .containsExactly("credential_refused/org_1/crd_1", "key_used/org_1/key_1");
  }
}
