package dev.tollgate.gateway.usage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.support.UsageEvents;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageSink.Entry;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;

class JournaledUsageTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path directory;
  private final List<String> database = new ArrayList<>();
  private final AtomicInteger told = new AtomicInteger();
  private boolean refusing;
  private Journal journal;
  private JournaledUsage usage;

  @BeforeEach
  void open() {
    journal = journalIn(directory.resolve("live"));
    usage = new JournaledUsage(journal, 10, this::store);
    usage.readLeft();
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private static Journal journalIn(Path place) {
    return Journal.open(
        new JournalProperties(
            place, DataSize.ofKilobytes(64), DataSize.ofKilobytes(128), Duration.ofSeconds(1)),
        Runnable::run);
  }

  private Mono<Void> store(List<byte[]> rows) {
    return Mono.defer(() -> {
      if (refusing) {
        return Mono.error(new R2dbcDataIntegrityViolationException("no", "23514"));
      }
      rows.forEach(row -> database.add(new String(row, UTF_8)));
      return Mono.empty();
    });
  }

  private static UsageEvent row(String id, Outcome outcome) {
    return UsageEvents.bare(id, NOW, outcome);
  }

  private Entry admitted(String id) {
    return usage.admit(row(id, Outcome.INTERRUPTED));
  }

  private void flush() {
    usage.flush().block();
  }

  @Test
  void storesARequestAsItEndedAndTellsOfIt() {
    Entry entry = admitted("use_1");
    entry.settled(row("use_1", Outcome.COMPLETED));
    entry.ended(row("use_1", Outcome.CANCELLED), told::incrementAndGet);
    assertThat(usage.isEmpty()).isFalse();
    flush();

    assertThat(database).singleElement().asString().contains("\"outcome\":\"cancelled\"");
    assertThat(told).hasValue(1);
    assertThat(usage.isEmpty()).isTrue();
  }

  /** What was asked of a limit for a stream may be answered after the stream's end. */
  @Test
  void keepsTheEndWhateverIsHeardOfItAfterwards() {
    Entry entry = admitted("use_1");
    entry.ended(row("use_1", Outcome.COMPLETED), told::incrementAndGet);
    entry.settled(row("use_1", Outcome.INTERRUPTED));
    flush();

    assertThat(database).singleElement().asString().contains("\"outcome\":\"completed\"");
  }

  /** A mapped file that is cut raises an error that few catch. */
  @Test
  void storesWhatAFaultOfTheJournalsFileKeepsFromBeingSettled() throws IOException {
    Entry entry = admitted("use_1");
    try (Stream<Path> files = Files.list(directory.resolve("live"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".journal")).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(0);
        }
      }
    }
    assertThatThrownBy(() -> entry.ended(row("use_1", Outcome.COMPLETED), told::incrementAndGet))
        .isInstanceOf(InternalError.class);
    flush();

    assertThat(database).singleElement().asString().contains("\"outcome\":\"completed\"");
    assertThat(usage.isEmpty()).isTrue();
  }

  @Test
  void isNotEmptyWhileARequestIsOnItsWay() {
    Entry entry = admitted("use_1");
    flush();
    assertThat(usage.isEmpty()).isFalse();
    entry.ended(row("use_1", Outcome.COMPLETED), () -> {});
    flush();
    assertThat(usage.isEmpty()).isTrue();
  }

  /** What it cost stays taken: nobody has counted it as spent. */
  @Test
  void doesNotTellOfARowThatTheDatabaseRefuses() {
    refusing = true;
    admitted("use_1").ended(row("use_1", Outcome.COMPLETED), told::incrementAndGet);
    flush();

    assertThat(told).hasValue(0);
    assertThat(usage.isEmpty()).isTrue();
    assertThat(usage.dropped()).isEqualTo(1);
  }

  @Test
  void storesFirstWhatAnEarlierProcessHasLeft() throws IOException {
    admitted("use_1");
    Entry settled = admitted("use_2");
    settled.settled(row("use_2", Outcome.COMPLETED));
    Path copy = directory.resolve("next");
    FileSystemUtils.copyRecursively(directory.resolve("live"), copy);
    try (Journal left = journalIn(copy)) {
      JournaledUsage next = new JournaledUsage(left, 10, this::store);
      next.readLeft();
      assertThat(next.hasStoredLeft()).isFalse();
      next.flush().block();
      assertThat(next.hasStoredLeft()).isTrue();
    }
    assertThat(database).hasSize(2);
    assertThat(database.getFirst()).contains("use_1", "interrupted");
    assertThat(database.getLast()).contains("use_2", "completed");
  }

  @Test
  void refusesWhenTheJournalIsFull() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                admitted("use_" + i);
              }
            })
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused ->
                assertThat(refused.rejection().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
  }
}
