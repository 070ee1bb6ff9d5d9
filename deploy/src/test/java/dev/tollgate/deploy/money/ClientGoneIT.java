package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A client that leaves pays for what it was sent, and the provider is told at once. */
class ClientGoneIT {

  /** The contract's 200 ms, on a machine that may be busy. */
  private static final Duration CLOSED = Duration.ofMillis(200).multipliedBy(10);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String MODEL = "left";
  private static final Price PRICE = new Price(500_000, 1_000_000);
  private static final int WORDS = 100;
  private static final int MAXIMUM = 1_000;
  private static final long BUDGET = 100_000;

  private final MoneyBed bed = MoneyBed.shared();
  private final Customer customer = bed.customer();

  @Test
  void aClientThatLeavesPaysForWhatItWasSent() throws IOException {
    customer.price(MODEL, PRICE);
    customer.awaitPrice(MODEL);
    leave(Call.of("before-the-head", Fate.LEFT_EARLY, MODEL, WORDS).withMaximum(MAXIMUM), 0);
    leave(Call.of("first-byte", Fate.LEFT, MODEL, WORDS).withMaximum(MAXIMUM).until(1), 1);
    leave(Call.of("middle", Fate.LEFT, MODEL, WORDS).withMaximum(MAXIMUM).until(50), 50);
    leave(Call.of("end", Fate.STREAM, MODEL, WORDS).withMaximum(MAXIMUM), WORDS);
  }

  private void leave(Call call, int afterWords) throws IOException {
    Tenant.Key key = customer.keyFor(BUDGET);
    Bill bill = leftAfter(key, call, afterWords);
    Books.Row row = await().atMost(PATIENCE).until(() -> onlyRow(call), Objects::nonNull);
    long cost = Objects.requireNonNull(row.cost());
    assertThat(row.outcome()).as(row.toString()).isIn("cancelled", "completed");
    // Counted by what passed, which errs high, and not by what was reserved.
    assertThat(cost)
        .as(row.toString())
        .isBetween(bill.cost(), PRICE.cost(200, 2L * afterWords + 20));
    new Reconciliation(
            bed, customer, Map.of(key, BUDGET), List.of(new Seen(call, key, 200, "", CLOSED)))
        .check();
  }

  /** The provider's bill once its connection is closed, which comes soon. */
  private Bill leftAfter(Tenant.Key key, Call call, int words) throws IOException {
    bed.provider().expect(call);
    try (Exchange exchange = Exchange.open(bed.replica(0).url(), key.token(), call)) {
      await().atMost(PATIENCE).until(() -> bed.provider().saw(call.id()));
      if (words > 0) {
        assertThat(exchange.readWords(words)).isTrue();
      }
    }
    long left = System.nanoTime();
    Bill bill = bed.provider().bill(call.id());
    long closed = await().atMost(PATIENCE).until(bill::endedNanos, Objects::nonNull);
    assertThat(Duration.ofNanos(closed - left)).as(call.id()).isLessThan(CLOSED);
    return bill;
  }

  private Books.@org.jspecify.annotations.Nullable Row onlyRow(Call call) {
    List<Books.Row> rows =
        customer.rows().stream().filter(row -> row.requestId().equals(call.id())).toList();
    assertThat(rows).hasSizeLessThanOrEqualTo(1);
    return rows.isEmpty() ? null : rows.getFirst();
  }
}
