package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Realtime conversations at two gateways spend one budget, and never a micro-dollar more. */
@EnabledOnOs(OS.LINUX)
class ConversationsIT {

  private static final Duration SETTLED = Duration.ofSeconds(20);
  private static final String MODEL = "talking";
  private static final long SEED = 20_261_122;
  private static final int ROUNDS = 12;

  /** Words of the longest turn, each a micro-dollar. */
  private static final long TURN = 100;

  private static final long BUDGET_FOR_FOUR = 4 * TURN;

  private static final TalkingProvider provider = new TalkingProvider(TURN);
  private static final HttpClient client = HttpClient.newHttpClient();

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer(provider.baseUrl());

  @BeforeAll
  static void price() {
    customer.price(MODEL, new Price(0, 1_000_000), TURN);
    Tenant.Key poor = customer.keyFor(TURN - 1);
    for (int gateway = 0; gateway < 2; gateway++) {
      int asked = gateway;
      await().atMost(SETTLED).until(() -> isRefused(asked, poor));
    }
  }

  /** No conversation begins without the money for a turn, once its price is known. */
  private static boolean isRefused(int gateway, Tenant.Key key) {
    try {
      talk(gateway, key).leave();
      return false;
    } catch (CompletionException refused) {
      return true;
    }
  }

  @AfterAll
  static void stop() {
    client.shutdownNow();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.reset();
  }

  private static Talk talk(int gateway, Tenant.Key key) {
    return new Talk(client, bed.replica(gateway).url(), key.token(), MODEL);
  }

  private static void awaitBudget(Tenant.Key key, long limit, long spent) {
    Budget expected = new Budget("key:" + key.id(), limit, spent, 0, 0);
    await()
        .atMost(SETTLED)
        .untilAsserted(() ->
            assertThat(bed.books().budgets(customer.project()))
                .containsEntry(expected.subject(), expected));
  }

  private static List<Books.Row> rows(Tenant.Key key) {
    return customer.rows().stream().filter(row -> row.keyId().equals(key.id())).toList();
  }

  private static void awaitRows(Tenant.Key key, int count) {
    await().atMost(SETTLED).until(() -> rows(key).size() == count);
  }

  private static long stored(Tenant.Key key) {
    return rows(key).stream().mapToLong(row -> Objects.requireNonNull(row.cost())).sum();
  }

  private static int begun(Talk talk, int answers) throws InterruptedException {
    int begun = 0;
    for (int i = 0; i < answers; i++) {
      String next = talk.next();
      if (next.contains("response.created")) {
        begun++;
      } else {
        assertThat(next).contains("\"type\":\"error\"").contains("\"insufficient_quota\"");
      }
    }
    return begun;
  }

  @Test
  void exactlyFourOfTwentyTurnsAtOnceAreAnsweredWhereTheBudgetIsForFour() throws Exception {
    Tenant.Key key = customer.keyFor(BUDGET_FOR_FOUR);
    Talk talk = talk(0, key);
    for (int i = 0; i < 20; i++) {
      talk.ask(TURN);
    }
    assertThat(begun(talk, 20)).isEqualTo(4);
    assertThat(provider.turns()).isEqualTo(4);
    provider.talk();
    for (int i = 0; i < 4; i++) {
      assertThat(talk.next()).contains("response.done");
    }
    assertThat(talk.next()).contains("\"insufficient_quota\"");
    assertThat(talk.next()).isEqualTo("closed 1008");
    assertThat(provider.worst()).isEqualTo(BUDGET_FOR_FOUR);
    assertThat(provider.said()).isEqualTo(BUDGET_FOR_FOUR);
    awaitBudget(key, BUDGET_FOR_FOUR, BUDGET_FOR_FOUR);
    assertThat(stored(key)).isEqualTo(BUDGET_FOR_FOUR);
  }

  /** Each conversation has a turn of its own; the other two go to whoever asks first. */
  @Test
  void conversationsAtTwoGatewaysShareTheBudget() throws Exception {
    Tenant.Key key = customer.keyFor(BUDGET_FOR_FOUR);
    List<Talk> talks = List.of(talk(0, key), talk(1, key));
    for (int i = 0; i < 10; i++) {
      talks.forEach(talk -> talk.ask(10));
    }
    int first = begun(talks.getFirst(), 10);
    assertThat(first + begun(talks.getLast(), 10)).isEqualTo(4);
    assertThat(provider.worst()).isEqualTo(BUDGET_FOR_FOUR);
    provider.talk();
    await().atMost(SETTLED).until(() -> provider.said() == 40);
    for (int i = 0; i < 4; i++) {
      assertThat(talks.get(i < first ? 0 : 1).next()).contains("response.done");
    }
    talks.forEach(Talk::leave);
    awaitRows(key, 2);
    awaitBudget(key, BUDGET_FOR_FOUR, 40);
    assertThat(stored(key)).isEqualTo(40);
  }

  /** Of turns that are broken off, by our own count: never less than what was said. */
  @Test
  void roundsOfTurnsAndLeavingsNeverSpendMoreThanTheirBudget() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      provider.reset();
      provider.talk();
      long limit = TURN + random.nextInt((int) (6 * TURN));
      Tenant.Key key = customer.keyFor(limit);
      Talk talk = talk(round % 2, key);
      int questions = 2 + random.nextInt(12);
      for (int i = 0; i < questions; i++) {
        talk.ask(1 + random.nextInt((int) TURN), random.nextBoolean());
      }
      await().atMost(SETTLED).until(() -> provider.isSilent() && talk.words() == provider.said());
      talk.leave();
      awaitRows(key, 1);
      Budget left =
          await()
              .atMost(SETTLED)
              .until(
                  () -> bed.books().budgets(customer.project()).get("key:" + key.id()),
                  budget -> budget.leased() == 0);
      assertThat(provider.worst()).as("round " + round).isLessThanOrEqualTo(limit);
      assertThat(stored(key)).as("round " + round).isBetween(provider.said(), limit);
      assertThat(left).isEqualTo(new Budget("key:" + key.id(), limit, stored(key), 0, 0));
    }
  }

  /** A gateway that dies in the middle leaves what its turns may have cost. */
  @Test
  void turnsOfAKilledGatewayAreChargedAtTheirReservation() throws Exception {
    Tenant.Key key = customer.keyFor(BUDGET_FOR_FOUR + TURN);
    Talk talk = talk(1, key);
    for (int i = 0; i < 3; i++) {
      talk.ask(TURN);
    }
    assertThat(begun(talk, 3)).isEqualTo(3);
    ServerProcess gateway = bed.replica(1).process();
    gateway.restart();
    gateway.awaitReady();
    awaitRows(key, 1);
    assertThat(rows(key)).extracting(Books.Row::outcome).containsExactly("interrupted");
    awaitBudget(key, BUDGET_FOR_FOUR + TURN, 3 * TURN);
    Talk next = talk(0, key);
    for (int i = 0; i < 4; i++) {
      next.ask(TURN);
    }
    assertThat(begun(next, 4)).isEqualTo(2);
    next.leave();
    awaitRows(key, 2);
  }
}
