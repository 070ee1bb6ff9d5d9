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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class JournaledUsageTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final long LARGE = 100_000;

  @TempDir Path directory;
  private final List<String> database = new ArrayList<>();
  private final AtomicInteger told = new AtomicInteger();
  private boolean refusing;
  private Path live;
  private Journal journal;
  private JournaledUsage usage;

  @BeforeEach
  void open() {
    live = directory.resolve("live");
    journal = journalIn(live);
    usage = usageOf(journal, live, LARGE);
    usage.readLeft();
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private JournaledUsage usageOf(Journal of, Path place, long longest) {
    RefusedRows refused =
        new RefusedRows(place, longest, of.replica(), () -> NOW, Schedulers.immediate());
    return new JournaledUsage(of, 10, this::store, refused);
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

  private static List<String> refusedIn(Path place) throws IOException {
    return Files.readAllLines(place.resolve(RefusedRows.FILE));
  }

  /** What the next process would have to store if this one were killed now. */
  private Set<String> leftByAKill() throws IOException {
    Path copy = Files.createTempDirectory(directory, "copy");
    FileSystemUtils.copyRecursively(live, copy);
    try (Journal next = journalIn(copy)) {
      return next.left().keySet();
    }
  }

  /** What the next process would have to store if this one ended now. */
  private Set<String> leftByAStop() throws IOException {
    journal.close();
    journal = journalIn(live);
    return journal.left().keySet();
  }

  private void end(String id) {
    admitted(id).ended(row(id, Outcome.COMPLETED), told::incrementAndGet);
  }

  /** What it cost stays taken: nobody has counted it as spent. */
  @Test
  void keepsARowThatTheDatabaseRefusesAndDoesNotTellOfIt() throws IOException {
    refusing = true;
    end("use_1");
    assertThat(leftByAKill()).containsExactly("use_1");
    flush();

    assertThat(told).hasValue(0);
    assertThat(usage.isEmpty()).isTrue();
    assertThat(refusedIn(live))
        .singleElement()
        .asString()
        .startsWith("{\"refused_at\":\"2026-11-21T12:00:00Z\",\"reason\":\"")
        .contains("23514", "\"replica\":\"" + journal.replica() + "\",\"row\":{\"id\":\"use_1\"")
        .endsWith("}}");
    assertThat(leftByAStop()).isEmpty();
  }

  @Test
  void keepsARefusedRowInTheJournalUntilTheDiskHasItsLine() throws IOException {
    refusing = true;
    Path obstacle = Files.createDirectory(live.resolve(RefusedRows.FILE));
    end("use_1");
    flush();
    flush();
    assertThat(usage.isEmpty()).isFalse();
    assertThat(usage.size()).isEqualTo(1);
    assertThat(leftByAKill()).containsExactly("use_1");

    Files.delete(obstacle);
    flush();
    assertThat(usage.isEmpty()).isTrue();
    assertThat(refusedIn(live)).hasSize(1);
    assertThat(leftByAStop()).isEmpty();
  }

  @Test
  void keepsNoMoreRefusedRowsThanItsFileMayHold() throws IOException {
    usage = usageOf(journal, live, 2000);
    usage.readLeft();
    refusing = true;
    for (int i = 0; i < 10; i++) {
      end("use_" + i);
    }
    flush();
    assertThat(Files.size(live.resolve(RefusedRows.FILE))).isBetween(500L, 2000L);
    int kept = refusedIn(live).size();
    assertThat(kept).isBetween(1, 9);
    assertThat(usage.size()).isEqualTo(10 - kept);
    assertThat(leftByAKill()).hasSize(10);

    Path away = directory.resolve("away");
    Files.createDirectory(away);
    while (usage.size() > 0) {
      Files.move(live.resolve(RefusedRows.FILE), away.resolve("refused_" + usage.size()));
      flush();
    }
    assertThat(leftByAStop()).isEmpty();
    try (Stream<Path> files = Files.list(away)) {
      assertThat(files.count()).isPositive();
    }
  }

  @Test
  void beginsANewLineAfterOneThatAKillHasTorn() throws IOException {
    Files.writeString(live.resolve(RefusedRows.FILE), "{\"refused_at\":\"20");
    refusing = true;
    end("use_1");
    flush();
    assertThat(refusedIn(live)).hasSize(2).last().asString().contains("\"id\":\"use_1\"");
  }

  @Test
  void keepsWhatAnEarlierProcessHasLeftAndTheDatabaseRefuses() throws IOException {
    admitted("use_1");
    admitted("use_2");
    Path copy = directory.resolve("next");
    FileSystemUtils.copyRecursively(live, copy);
    refusing = true;
    Path obstacle = Files.createDirectory(copy.resolve(RefusedRows.FILE));
    try (Journal left = journalIn(copy)) {
      JournaledUsage next = usageOf(left, copy, LARGE);
      next.readLeft();
      next.flush().block();
      assertThat(next.hasStoredLeft()).isFalse();
      assertThat(next.size()).isEqualTo(2);
      assertThat(left.left()).hasSize(2);

      Files.delete(obstacle);
      next.flush().block();
      assertThat(next.hasStoredLeft()).isTrue();
      assertThat(left.left()).isEmpty();
    }
    assertThat(refusedIn(copy)).hasSize(2);
  }

  @Test
  void storesFirstWhatAnEarlierProcessHasLeft() throws IOException {
    admitted("use_1");
    Entry settled = admitted("use_2");
    settled.settled(row("use_2", Outcome.COMPLETED));
    Path copy = directory.resolve("next");
    FileSystemUtils.copyRecursively(directory.resolve("live"), copy);
    try (Journal left = journalIn(copy)) {
      JournaledUsage next = usageOf(left, copy, LARGE);
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
