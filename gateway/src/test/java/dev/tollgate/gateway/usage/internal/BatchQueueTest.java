package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class BatchQueueTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<List<Integer>> stored = new ArrayList<>();
  private @Nullable Throwable failure;

  private Mono<Void> store(List<Integer> batch) {
    Throwable current = failure;
    if (current != null) {
      return Mono.error(current);
    }
    stored.add(List.copyOf(batch));
    return Mono.empty();
  }

  private BatchQueue<Integer> queue(int capacity) {
    return new BatchQueue<>("Test", capacity, 3, this::store);
  }

  private static void add(BatchQueue<Integer> queue, int from, int to) {
    IntStream.range(from, to).forEach(queue::add);
  }

  private static void flush(BatchQueue<Integer> queue) {
    StepVerifier.create(queue.flush()).expectComplete().verify(PATIENCE);
  }

  @Test
  void storesNothingWhereNothingWaits() {
    flush(queue(10));

    assertThat(stored).isEmpty();
  }

  @Test
  void storesAllThatWaitsInBatchesInOrder() {
    BatchQueue<Integer> queue = queue(10);
    add(queue, 0, 7);

    flush(queue);

    assertThat(stored).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
    assertThat(queue.size()).isZero();
  }

  @Test
  void keepsABatchThatFailsForTheNextTime() {
    BatchQueue<Integer> queue = queue(10);
    add(queue, 0, 5);
    failure = new IllegalStateException("the database is away");

    flush(queue);
    assertThat(queue.size()).isEqualTo(5);

    failure = null;
    flush(queue);
    assertThat(stored).containsExactly(List.of(0, 1, 2), List.of(3, 4));
    assertThat(queue.dropped()).isZero();
  }

  @Test
  void dropsTheOldestBeyondItsBoundAndCountsThem() {
    BatchQueue<Integer> queue = queue(4);
    add(queue, 0, 10);

    flush(queue);

    assertThat(stored).containsExactly(List.of(6, 7, 8), List.of(9));
    assertThat(queue.dropped()).isEqualTo(6);
  }

  @Test
  void countsWhatFindsNoPlaceAnyMoreAfterAFailure() {
    BatchQueue<Integer> queue =
        new BatchQueue<>("Test", 3, 3, batch -> Mono.error(new IllegalStateException("away")));
    add(queue, 0, 3);
    Mono<Void> flushing = queue.flush();
    queue.add(3);

    StepVerifier.create(flushing).expectComplete().verify(PATIENCE);

    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void losesOnlyTheRowThatTheDatabaseRefuses() {
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            10,
            5,
            batch ->
                batch.contains(2)
                    ? Mono.error(new R2dbcDataIntegrityViolationException("no", "22021"))
                    : store(batch));
    add(queue, 0, 7);

    flush(queue);

    assertThat(stored.stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 3, 4, 5, 6);
    assertThat(queue.dropped()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void handsOnTheRowThatTheDatabaseRefuses() {
    List<String> handedOn = new ArrayList<>();
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            10,
            5,
            batch ->
                batch.contains(2)
                    ? Mono.error(new R2dbcDataIntegrityViolationException("no", "22021"))
                    : store(batch),
            (row, why) -> handedOn.add(row + " " + why.getMessage()));
    add(queue, 0, 7);

    flush(queue);

    assertThat(stored.stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 3, 4, 5, 6);
    assertThat(handedOn).containsExactly("2 no");
    assertThat(queue.dropped()).isZero();
    assertThat(queue.size()).isZero();
  }

  @Test
  void keepsABatchWhoseStoringIsCancelled() {
    BatchQueue<Integer> queue = new BatchQueue<>("Test", 10, 3, batch -> Mono.never());
    add(queue, 0, 3);
    Disposable flushing = queue.flush().subscribe();
    assertThat(queue.size()).isZero();

    flushing.dispose();

    assertThat(queue.size()).isEqualTo(3);
  }

  /** Under load there is always one more. */
  @Test
  void leavesToTheNextTimeWhatComesWhileItStores() {
    List<BatchQueue<Integer>> itself = new ArrayList<>();
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            Integer.MAX_VALUE,
            3,
            batch -> {
              batch.forEach(itself.getFirst()::add);
              return store(batch);
            });
    itself.add(queue);
    add(queue, 0, 7);

    flush(queue);

    assertThat(stored).hasSize(3).startsWith(List.of(0, 1, 2), List.of(3, 4, 5));
    assertThat(queue.size()).isEqualTo(7);
  }

  @Test
  void leavesToTheNextTimeWhatTakesLong() {
    VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    try {
      BatchQueue<Integer> queue =
          new BatchQueue<>(
              "Test", 100, 1, batch -> Mono.delay(Duration.ofSeconds(2)).then(store(batch)));
      add(queue, 0, 10);
      AtomicBoolean over = new AtomicBoolean();
      queue.flush().subscribe(none -> {}, failure -> {}, () -> over.set(true));
      time.advanceTimeBy(Duration.ofSeconds(6));

      assertThat(over).isTrue();
      assertThat(queue.size()).isEqualTo(7);
    } finally {
      VirtualTimeScheduler.reset();
    }
  }

  @Test
  void isCancelledHoweverManyBatchesItHasStored() {
    int batches = 50_000;
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            Integer.MAX_VALUE,
            1,
            batch -> batch.contains(batches) ? Mono.never() : Mono.empty());
    add(queue, 0, batches + 10);
    Disposable flushing = queue.flush().subscribe();
    assertThat(queue.size()).isEqualTo(9);

    flushing.dispose();

    assertThat(queue.size()).isEqualTo(10);
  }

  /** Refuses the whole, and never says anything of this half, nor of the next batch. */
  @ParameterizedTest
  @CsvSource({"0,6", "2,4", "4,2"})
  void keepsOnceWhatIsNotStoredWhereItIsCancelledAmongHalves(int silent, int left) {
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            10,
            4,
            batch -> {
              if (batch.size() == 4) {
                return Mono.error(new R2dbcDataIntegrityViolationException("no", "22021"));
              }
              return batch.contains(silent) ? Mono.never() : store(batch);
            });
    add(queue, 0, 6);
    Disposable flushing = queue.flush().subscribe();
    flushing.dispose();
    assertThat(queue.size()).isEqualTo(left);
  }

  @Test
  void keepsABatchWhoseStoringDoesNotEvenBegin() {
    BatchQueue<Integer> queue =
        new BatchQueue<>(
            "Test",
            10,
            3,
            batch -> {
              throw new IllegalStateException("no");
            });
    add(queue, 0, 3);

    flush(queue);

    assertThat(queue.size()).isEqualTo(3);
  }
}
