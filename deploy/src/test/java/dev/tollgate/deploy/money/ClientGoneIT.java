package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that leaves pays for what it was sent, and the provider is told at once. */
class ClientGoneIT {

  private static final Logger log = LoggerFactory.getLogger(ClientGoneIT.class);

  /** The contract's bound, from before the client closes to when the provider knows of it. */
  private static final Duration CLOSED = Duration.ofMillis(200);

  /** Of each position; the first ones load classes, and nobody looks at their time. */
  private static final int ROUNDS = 6;

  private static final int WARM_UP = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String MODEL = "left";
  private static final Price PRICE = new Price(500_000, 1_000_000);
  private static final int WORDS = 100;
  private static final int MAXIMUM = 1_000;
  private static final long BUDGET = 1_000_000;

  private final MoneyBed bed = MoneyBed.shared();
  private final Customer customer = bed.customer();

  /** What an answer is, and how far it has come when its client leaves. */
  private record Position(Dialect dialect, Fate fate, int words) {

    private static final List<Integer> STREAMED = List.of(1, WORDS / 2, WORDS);

    /** None of a document, whose end is not there, and half of it. */
    private static final List<Integer> WHOLE = List.of(0, WORDS / 2);

    static List<Position> all() {
      List<Position> all = new ArrayList<>();
      for (Dialect dialect : Dialect.values()) {
        all.add(new Position(dialect, Fate.LEFT_EARLY, 0));
        STREAMED.forEach(words -> all.add(new Position(dialect, Fate.LEFT, words)));
        all.add(new Position(dialect, Fate.STREAM, WORDS));
      }
      WHOLE.forEach(words -> all.add(new Position(Dialect.OPENAI, Fate.LEFT_WHOLE, words)));
      all.add(new Position(Dialect.OPENAI, Fate.WHOLE, WORDS));
      return all;
    }

    Call call(int round) {
      return Call.of(dialect + "-" + fate + "-" + words + "-" + round, fate, MODEL, WORDS)
          .withMaximum(MAXIMUM)
          .until(words)
          .speaking(dialect);
    }

    @Override
    public String toString() {
      return dialect + " " + fate + " " + words;
    }
  }

  /**
   * One client that left.
   *
   * @param closedAfter when its provider knew
   * @param waited of it, for a processor that was not to be had
   */
  private record Leaving(
      Position position, Call call, Bill bill, Duration closedAfter, Duration waited) {

    Duration took() {
      return closedAfter.minus(waited);
    }

    @Override
    public String toString() {
      return call.id() + " " + closedAfter.toMillis() + " - " + waited.toMillis() + " ms";
    }
  }

  @Test
  void aClientThatLeavesPaysForWhatItWasSent() throws IOException {
    customer.alsoSpeaks(Dialect.ANTHROPIC, MODEL, PRICE);
    customer.alsoSpeaks(Dialect.GEMINI, MODEL, PRICE);
    customer.price(MODEL, PRICE);
    customer.awaitPrice(MODEL);
    List<Position> positions = Position.all();
    Tenant.Key key = customer.keyFor(BUDGET);
    List<Leaving> all = new ArrayList<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (Position position : positions) {
        all.add(leave(key, position, round));
      }
    }
    logTimes(positions, all);
    assertThat(all.subList(WARM_UP * positions.size(), all.size()))
        .allSatisfy(one -> assertThat(one.took()).as(one.toString()).isLessThan(CLOSED));
    checkRows(all);
    List<Seen> seen =
        all.stream()
            .map(one -> new Seen(one.call(), key, Seen.NO_ANSWER, "", one.closedAfter(), 0, 0))
            .toList();
    new Reconciliation(bed, customer, Map.of(key, BUDGET), seen).check();
  }

  /** By turns in order and as one who pulls the plug. */
  private Leaving leave(Tenant.Key key, Position position, int round) throws IOException {
    Call call = position.call(round);
    bed.provider().expect(call);
    ProcessorWaits waits;
    long left;
    try (Exchange exchange = Exchange.open(bed.replica(0).url(), key.token(), call)) {
      if (position.words() == 0) {
        await().atMost(PATIENCE).until(() -> bed.provider().saw(call.id()));
      } else {
        assertThat(exchange.readWords(position.words())).isTrue();
      }
      if (round % 2 == 1) {
        exchange.resetOnClose();
      }
      waits = new ProcessorWaits(bed.replica(0).process().pid(), ProcessHandle.current().pid());
      left = System.nanoTime();
    }
    Bill bill = bed.provider().bill(call.id());
    long closed =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(bill::endedNanos, Objects::nonNull);
    return new Leaving(position, call, bill, Duration.ofNanos(closed - left), waits.untilNow());
  }

  private static void logTimes(List<Position> positions, List<Leaving> all) {
    for (Position position : positions) {
      log.info(
          "{}: the provider knew after, and of it processors were waited for, {} ms",
          position,
          all.stream()
              .filter(one -> one.position().equals(position))
              .map(one -> one.closedAfter().toMillis() + "-" + one.waited().toMillis())
              .toList());
    }
  }

  private void checkRows(List<Leaving> all) {
    Map<String, Leaving> byId =
        all.stream().collect(Collectors.toMap(one -> one.call().id(), one -> one));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(customer.rows())
                .extracting(Books.Row::requestId)
                .containsAll(byId.keySet()));
    List<Books.Row> rows =
        customer.rows().stream().filter(row -> byId.containsKey(row.requestId())).toList();
    assertThat(rows).as("one row each").hasSameSizeAs(all);
    rows.forEach(row -> checkRow(row, Objects.requireNonNull(byId.get(row.requestId()))));
  }

  private static void checkRow(Books.Row row, Leaving leaving) {
    assertThat(row.outcome()).as(row.toString()).isIn("cancelled", "completed");
    // Counted by what passed, which errs high, and not by what was reserved.
    assertThat(Objects.requireNonNull(row.cost()))
        .as(row.toString())
        .isBetween(leaving.bill().cost(), PRICE.cost(200, 2L * leaving.position().words() + 20));
  }
}
