package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import dev.tollgate.deploy.money.Call.Fate;
import dev.tollgate.deploy.money.Customer.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two gateways spend one budget, and never a micro-dollar more. */
class SharedBudgetIT {

  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 200;
  private static final Duration SETTLED = Duration.ofSeconds(20);

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final String MODEL = "plain";

  /** A word is a micro-dollar, and what is read costs nothing. */
  private static final Price PLAIN = new Price(0, 1_000_000);

  private static final int WORDS = 100;
  private static final long BUDGET_FOR_TEN = 10 * WORDS;

  private final AtomicInteger numbers = new AtomicInteger();
  private final MoneyBed bed = MoneyBed.shared();
  private final Customer customer = bed.customer();

  @Test
  void exactlyTenOfSixtyFourAreAdmittedWhereTheBudgetOfTheirKeyIsForTen() {
    makePlainPrice();
    Tenant.Key key = customer.keyFor(BUDGET_FOR_TEN);
    List<Seen> seen = sixtyFour("key", List.of(key));
    new Reconciliation(bed, customer, Map.of(key, BUDGET_FOR_TEN), seen).check();
    assertThat(seen("eleventh", key, 0)).extracting(Seen::status).isEqualTo(429);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void exactlyTenOfSixtyFourAreAdmittedWhereTheBudgetOverTheirKeysIsForTen(Scope scope) {
    makePlainPrice();
    List<Tenant.Key> keys =
        Stream.generate(scope == Scope.TEAM ? customer::keyOfTeam : customer::key)
            .limit(5)
            .toList();
    // A team has none of the preparations' keys.
    long before = scope == Scope.TEAM ? 0 : customer.spentOnProbes();
    long limit = before + BUDGET_FOR_TEN;
    customer.policy(scope, "{'rate_limits':{%s}}".formatted(Customer.budget(limit)));
    customer.awaitChanges(MODEL);
    sixtyFour(scope.word(), keys);
    awaitBudget(new Budget(customer.subject(scope), limit, limit, 0, 0));
    assertThat(seen("and-none-after-" + scope.word(), keys.getFirst(), 1))
        .extracting(Seen::status)
        .isEqualTo(429);
  }

  /** What a gateway has leased and does not use is called back by the one that needs it. */
  @Test
  void theWholeBudgetIsAdmittedWhereTheOtherGatewayStillHoldsSomeOfIt() {
    makePlainPrice();
    Tenant.Key key = customer.keyFor(WORDS);
    Call failed = Call.of("leaves-its-lease", Fate.FAILED, MODEL, 1);
    Call whole = Call.of("whole-budget", Fate.STREAM, MODEL, WORDS);
    assertThat(bed.clients().call(bed.gateways().getLast(), key, failed).status()).isEqualTo(500);
    assertThat(bed.clients().call(bed.gateways().getFirst(), key, whole).status()).isEqualTo(200);
    awaitBudget(new Budget("key:" + key.id(), WORDS, WORDS, 0, 0));
  }

  /** Each gateway has leased enough for all calls of the test. */
  @Test
  void aLoweredBudgetStopsABusyKeyAndARaisedOneLetsItGoOn() {
    makePlainPrice();
    Tenant.Key key = customer.keyFor(1_000_000_000);
    bed.gateways().forEach(gateway -> assertThat(status(gateway, key, 10_000)).isEqualTo(200));
    for (long limit : List.of(1L, 0L)) {
      change(key, limit);
      bed.gateways().forEach(gateway -> awaitStatus(gateway, key, 429));
    }
    bed.gateways().forEach(gateway -> assertThat(status(gateway, key, 1)).isEqualTo(429));
    change(key, 1_000_000);
    bed.gateways().forEach(gateway -> awaitStatus(gateway, key, 200));
  }

  private void change(Tenant.Key key, long limit) {
    bed.admin()
        .patch("/v1/keys/" + key.id(), "{'rate_limits':{%s}}".formatted(Customer.budget(limit)));
  }

  /** It never rests, so that what is leased is not given back. */
  private void awaitStatus(URI gateway, Tenant.Key key, int expected) {
    await()
        .atMost(CHANGE_BOUND)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> status(gateway, key, 1) == expected);
  }

  /** Of a call that costs a micro-dollar. */
  private int status(URI gateway, Tenant.Key key, int maximum) {
    Call call = Call.of("changed-" + numbers.incrementAndGet(), Fate.WHOLE, MODEL, 1);
    Seen seen = bed.clients().call(gateway, key, call.withMaximum(maximum));
    assertThat(seen.status()).as(seen.toString()).isIn(200, 429);
    return seen.status();
  }

  private void makePlainPrice() {
    customer.price(MODEL, PLAIN);
    customer.awaitPrice(MODEL);
  }

  /** At once, and ten of them get an answer. */
  private List<Seen> sixtyFour(String name, List<Tenant.Key> keys) {
    List<Call> calls =
        IntStream.range(0, 64)
            .mapToObj(i -> Call.of(name + "-" + i, Fate.STREAM, MODEL, WORDS).pausing(5))
            .toList();
    List<Seen> seen = bed.clients().callAll(bed.gateways(), keys, calls);
    assertThat(seen).filteredOn(one -> one.status() == 200).hasSize(10);
    assertThat(seen)
        .filteredOn(one -> one.status() != 200)
        .allSatisfy(SharedBudgetIT::assertRefused);
    assertThat(customer.billed(seen)).isEqualTo(BUDGET_FOR_TEN);
    return seen;
  }

  private static void assertRefused(Seen seen) {
    assertThat(seen.status()).as(seen.toString()).isEqualTo(429);
    assertThat(seen.code()).isEqualTo("insufficient_quota");
  }

  private void awaitBudget(Budget expected) {
    await()
        .atMost(SETTLED)
        .untilAsserted(() ->
            assertThat(bed.books().budgets(customer.project()))
                .containsEntry(expected.subject(), expected));
  }

  @Test
  void randomRoundsNeverSpendMoreThanTheirBudgets() {
    List<String> models = randomPrices();
    RandomCalls random = new RandomCalls(SEED, "round", models, 3);
    List<Long> limits =
        IntStream.range(0, ROUNDS).mapToObj(i -> (long) random.between(20, 1_200)).toList();
    List<Tenant.Key> keys = customer.keysFor(limits);
    Map<Tenant.Key, Long> limitOf = new HashMap<>();
    List<Seen> seen = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Tenant.Key key = keys.get(round);
      limitOf.put(key, limits.get(round));
      List<Call> calls = random.next(random.between(4, 10));
      seen.addAll(bed.clients().callAll(bed.gateways(), List.of(key), calls));
    }
    assertThat(seen).allSatisfy(SharedBudgetIT::assertAsExpected);
    assertThat(seen).filteredOn(one -> one.status() == 429).hasSizeGreaterThan(ROUNDS / 4);
    assertThat(seen).filteredOn(Seen::isAdmitted).hasSizeGreaterThan(ROUNDS);
    new Reconciliation(bed, customer, limitOf, seen).check();
  }

  private List<String> randomPrices() {
    RandomCalls random = new RandomCalls(SEED, "price", List.of("none"), 0);
    List<String> models = IntStream.range(0, 8).mapToObj(i -> "random-" + i).toList();
    models.forEach(model -> customer.price(model, random.price()));
    customer.awaitPrice(models.getLast());
    return models;
  }

  private static void assertAsExpected(Seen seen) {
    if (seen.status() == 429) {
      assertRefused(seen);
      return;
    }
    int expected =
        switch (seen.call().fate()) {
          case FAILED -> 500;
          case LEFT_EARLY -> Seen.NO_ANSWER;
          case WHOLE, STREAM, CUT, LEFT, LEFT_WHOLE, OVERBILLED -> 200;
        };
    assertThat(seen.status()).as(seen.toString()).isEqualTo(expected);
  }

  @Test
  void aBillAboveItsReservationIsStoredWholeAndStopsWhatComesAfter() {
    makePlainPrice();
    Tenant.Key key = customer.keyFor(150);
    Seen first = seen("overbilled", key, 0);
    assertThat(first.status()).as(first.toString()).isEqualTo(200);
    assertThat(customer.billed(List.of(first))).isEqualTo(200);
    awaitBudget(new Budget("key:" + key.id(), 150, 150, 0, 50));
    assertRefused(seen("after-it", key, 0));
    assertRefused(seen("after-it-elsewhere", key, 1));
  }

  /** A call of which the provider bills twice as much as was asked for. */
  private Seen seen(String id, Tenant.Key key, int replica) {
    Call call = Call.of(id, Fate.OVERBILLED, MODEL, WORDS);
    return bed.clients().call(bed.replica(replica).url(), key, call);
  }
}
