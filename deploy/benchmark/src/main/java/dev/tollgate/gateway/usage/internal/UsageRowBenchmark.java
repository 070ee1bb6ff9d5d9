package dev.tollgate.gateway.usage.internal;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.pipeline.RequestIds;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What a request's usage row costs from its admission to the statement that would store it: two
 * records in a journal on the disk, and a share of a batch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UsageRowBenchmark {

  private static final int BATCH = 500;
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456789Z");

  private final UsageEvent begun = event(Outcome.INTERRUPTED, 499, null);
  private final UsageEvent ended =
      event(Outcome.COMPLETED, 200, new TokenUsage(1_234, 120, 0, 0, 0));
  private final Path directory;
  private final Journal journal;
  private final JournaledUsage usage;
  private final RowArray rowArray = new RowArray();
  private int stored;

  public UsageRowBenchmark() {
    directory = newDirectory();
    journal =
        Journal.open(
            new JournalProperties(
                directory,
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(256),
                Duration.ofSeconds(1)),
            Runnable::run); // else they are filled faster than others are made
    usage =
        new JournaledUsage(
            journal,
            BATCH,
            this::store,
            new RefusedRows(
                directory,
                DataSize.ofMegabytes(1).toBytes(),
                journal.replica(),
                () -> NOW,
                Schedulers.immediate()));
    usage.readLeft();
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("tollgate-usage-row");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TearDown
  public void close() throws IOException {
    journal.close();
    FileSystemUtils.deleteRecursively(directory);
  }

  private Mono<Void> store(List<byte[]> rows) {
    return Mono.fromRunnable(() -> stored += rowArray.of(rows).length());
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int journaled() {
    for (int i = 0; i < BATCH; i++) {
      UsageSink.Entry entry = usage.admit(begun);
      entry.settled(ended);
      entry.ended(ended, () -> {});
    }
    usage.flush().block();
    return stored;
  }

  /** The ids of a request and of its row. */
  @Benchmark
  public int ids() {
    return RequestIds.of(null).length() + EventIds.next(NOW).length();
  }

  private static UsageEvent event(Outcome outcome, int status, @Nullable TokenUsage usage) {
    return new UsageEvent(
        "use_01kanwz9c0v4k2m8r6t1x5y7za",
        NOW,
        NOW.plusNanos(234_567_891),
        "req_3f2b8c1d9e7a4650b1c2d3e4f5a60718",
        "org_01kanwz9c0v4k2m8r6t1x5y7za",
        "prj_01kanwz9c0v4k2m8r6t1x5y7za",
        "key_01kanwz9c0v4k2m8r6t1x5y7za",
        null,
        null,
        "production",
        "svc_01kanwz9c0v4k2m8r6t1x5y7za",
        "openai",
        "openai",
        "openai",
        "chat_completion",
        Target.MODEL,
        usage == null ? null : "gpt-4o-mini-2024-07-18",
        status,
        outcome,
        null,
        false,
        usage,
        false,
        234,
        usage == null ? null : 200L,
        1,
        usage == null ? null : new Charge(257, "prc_01kanwz9c0v4k2m8r6t1x5y7za"),
        "{}",
        List.of());
  }
}
