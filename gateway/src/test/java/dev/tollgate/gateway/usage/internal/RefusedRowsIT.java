package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.support.UsageEvents;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows that a real PostgreSQL refuses for what stands in them, until they are booked by hand. */
class RefusedRowsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final long COST = 1_234_567;

  private static TestSchema schema;
  private static UsageStatements statements;

  @TempDir private Path directory;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
    statements = new UsageStatements(DatabaseClient.create(schema.asGateway()));
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  private Journal open() {
    return Journal.open(
        new JournalProperties(
            directory, DataSize.ofKilobytes(64), DataSize.ofKilobytes(256), Duration.ofSeconds(1)),
        Runnable::run);
  }

  private JournaledUsage usage(Journal journal) {
    RefusedRows refused =
        new RefusedRows(
            directory, 100_000, journal.replica(), () -> NOW, Schedulers.boundedElastic());
    JournaledUsage usage =
        new JournaledUsage(
            journal, 10, rows -> statements.storeUsage(journal.replica(), rows), refused);
    usage.readLeft();
    return usage;
  }

  /** What three rows cost. */
  private static void lease(String replica) {
    schema.execute(
        """
        INSERT INTO tollgate.budget (subject, period, starts_at, cap, spent, leased)
        VALUES ('key:key_1', 'day', '2026-11-21T00:00:00Z', 9000000, 0, %1$d);
        INSERT INTO tollgate.budget_lease SELECT '%2$s', id, %1$d FROM tollgate.budget\
        """
            .formatted(3 * COST, replica));
  }

  private static void assertBudget(long spent, long leased) {
    assertThat(schema.column("SELECT concat_ws('/', spent, leased, overrun) FROM tollgate.budget"))
        .containsExactly("%d/%d/0".formatted(spent, leased));
  }

  private static List<String> stored() {
    return schema.column("SELECT id FROM tollgate.usage_event ORDER BY id");
  }

  /** PostgreSQL has no text with this character. */
  private static UsageEvent row(String id) {
    String metadata = id.equals("use_2") ? "{\"team\":\n\"a\\u0000b\"}" : "{}";
    return UsageEvents.full(id, NOW, null, metadata);
  }

  @Test
  void areKeptUntilSomebodyBooksThem() throws IOException {
    List<String> told = new ArrayList<>();
    String replica;
    try (Journal journal = open()) {
      replica = journal.replica();
      lease(replica);
      JournaledUsage usage = usage(journal);
      for (String id : List.of("use_1", "use_2", "use_3")) {
        usage.admit(row(id)).ended(row(id), () -> told.add(id));
      }
      usage.flush().block(PATIENCE);
      assertThat(usage.isEmpty()).isTrue();
    }
    assertThat(told).containsExactlyInAnyOrder("use_1", "use_3");
    assertThat(stored()).containsExactly("use_1", "use_3");
    assertBudget(2 * COST, COST);

    try (Journal next = open()) {
      assertThat(next.left()).isEmpty();
    }
    List<String> lines = Files.readAllLines(directory.resolve(RefusedRows.FILE));
    assertThat(lines).hasSize(1);
    JsonNode kept = JsonMapper.shared().readTree(lines.getFirst());
    assertThat(kept.path("refused_at").asString()).isEqualTo(NOW.toString());
    assertThat(kept.path("replica").asString()).isEqualTo(replica);
    assertThat(kept.path("reason").asString()).contains("22P05");
    assertThat(kept.path("row").path("id").asString()).isEqualTo("use_2");

    book(kept.path("replica").asString(), kept.path("row").toString().replace("\\u0000", ""));
    assertThat(stored()).containsExactly("use_1", "use_2", "use_3");
    assertBudget(3 * COST, 0);
  }

  /** As the operations guide says. */
  private static void book(String replica, String row) {
    schema.execute("SELECT gateway_v1.store_usage('%s', '[%s]')".formatted(replica, row));
  }
}
