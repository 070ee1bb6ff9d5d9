package dev.tollgate.gateway.concurrency.internal;

import static dev.tollgate.gateway.concurrency.internal.Client.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of limiter of requests at once does. */
abstract class ConcurrencyContract {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int RACES = 200;

  /** Subjects of this test alone. */
  final Subject key = Subject.key("key_" + UUID.randomUUID());

  final Subject otherKey = Subject.key("key_" + UUID.randomUUID());
  final Subject project = Subject.project("prj_" + UUID.randomUUID());

  abstract ConcurrencyLimiter limiter();

  /** One that counts the same permits. */
  abstract ConcurrencyLimiter other();

  abstract double metered(String name);

  private Client ask(LimitRules... rules) {
    return Client.of(limiter(), rules);
  }

  private static LimitRules queueing(Subject subject, long parallel) {
    return rules(subject, parallel, 100L, LONG);
  }

  /** Nobody holds or waits for anything of these. */
  final void expectAllBack(LimitRules... all) {
    waiting(0);
    for (LimitRules one : all) {
      LimitRules plain = rules(one.subject(), Client.parallel(one), null);
      List<Client> clients = new ArrayList<>();
      Client.until(() -> fill(plain, clients));
      ask(plain).reached();
      clients.forEach(Client::goAway);
    }
  }

  /** Whether exactly as many go as may; a permit may still be on its way back. */
  private boolean fill(LimitRules plain, List<Client> clients) {
    clients.removeIf(Client::isRefused);
    while (clients.size() < Client.parallel(plain)) {
      Client client = ask(plain).told();
      if (client.isRefused()) {
        return false;
      }
      clients.add(client);
    }
    return true;
  }

  final void waiting(int number) {
    Client.until(() -> metered("waiting") == number);
  }

  @Test
  void asksNothingOfWhoIsUnlimited() {
    assertThat(ask().permit()).isSameAs(Permit.NONE);
  }

  @Test
  void letsAsManyGoAsMayAndRefusesMoreAtOnce() {
    LimitRules two = rules(key, 2, null);
    Client first = ask(two).granted();
    Client second = ask(two).granted();
    ask(two).reached();
    ask(rules(otherKey, 2, null)).granted().goAway();
    first.goAway();
    Client third = ask(two).granted();
    ask(two).reached();
    second.goAway();
    third.goAway();
    expectAllBack(two);
  }

  @Test
  void letsNobodyGoWhereNoneMay() {
    ask(rules(key, 0, 5L)).neverAllowed();
    ask(rules(project, 1, null), rules(key, 0, 5L)).neverAllowed();
    expectAllBack(rules(project, 1, null));
  }

  @Test
  void takesEachPermitBackOnce() {
    LimitRules two = rules(key, 2, null);
    Permit first = ask(two).permit();
    Client second = ask(two).granted();
    first.settle(new Spent(1, 1, 1));
    first.settle(new Spent(1, 1, 1));
    first.release();
    Client third = ask(two).granted();
    ask(two).reached();
    second.goAway();
    third.goAway();
    expectAllBack(two);
  }

  @Test
  void letsWaitersGoInTheOrderInWhichTheyCame() {
    LimitRules one = queueing(key, 1);
    Client going = ask(one).granted();
    List<Client> waiting = IntStream.range(0, 5).mapToObj(i -> ask(one)).toList();
    waiting(5);
    for (Client next : waiting) {
      assertThat(waiting).filteredOn(Client::isTold).doesNotContain(next);
      going.goAway();
      going = next.granted();
    }
    going.goAway();
    expectAllBack(one);
  }

  /** Also in the moment in which a permit is back and nobody has been asked for yet. */
  @Test
  void letsNobodyOvertakeWhoWaits() {
    LimitRules one = queueing(key, 1);
    Client going = ask(one).granted();
    Client first = ask(one);
    waiting(1);
    going.goAway();
    Client late = ask(one);
    first.granted();
    assertThat(late.isTold()).isFalse();
    first.goAway();
    late.granted().goAway();
    expectAllBack(one);
  }

  @Test
  void letsThoseWithPriorityGoFirst() {
    LimitRules one = queueing(key, 1);
    Client going = ask(one).granted();
    Client plain = ask(one);
    waiting(1);
    Client first = Client.withPriority(limiter(), one);
    waiting(2);
    Client second = Client.withPriority(limiter(), one);
    waiting(3);
    for (Client next : List.of(first, second, plain)) {
      going.goAway();
      going = next.granted();
    }
    going.goAway();
    expectAllBack(one);
  }

  @Test
  void refusesAtOnceWhenTheQueueIsFull() {
    LimitRules one = rules(key, 1, 2L, LONG);
    Client going = ask(one).granted();
    Client first = ask(one);
    Client second = ask(one);
    waiting(2);
    ask(one).reached();
    Client.withPriority(limiter(), one).reached();
    going.goAway();
    first.granted().goAway();
    second.granted().goAway();
    expectAllBack(one);
  }

  @Test
  void refusesWhoHasWaitedAsLongAsItMay() {
    LimitRules one = rules(key, 1, 1L, Duration.ofMillis(50));
    Client going = ask(one).granted();
    ask(one).reached();
    assertThat(metered("waiting")).isZero();
    going.goAway();
    expectAllBack(one);
  }

  @Test
  void forgetsWhoGoesAwayWhileItWaits() {
    LimitRules one = rules(key, 1, 2L, LONG);
    Client going = ask(one).granted();
    Client first = ask(one);
    Client second = ask(one);
    waiting(2);
    first.cancel();
    assertThat(metered("waiting")).isEqualTo(1);
    Client third = ask(one);
    waiting(2);
    going.goAway();
    second.granted().goAway();
    third.granted().goAway();
    assertThat(first.isTold()).isFalse();
    expectAllBack(one);
  }

  @Test
  void takesAllPermitsOrNone() {
    LimitRules wide = rules(project, 2, null);
    LimitRules narrow = rules(key, 1, null);
    Client first = ask(wide, narrow).granted();
    ask(wide, narrow).reached();
    Client second = ask(wide).granted();
    ask(wide).reached();
    first.goAway();
    second.goAway();
    expectAllBack(wide, narrow);
  }

  @Test
  void holdsNothingOfOneSubjectWhileItWaitsForAnother() {
    LimitRules wide = queueing(project, 2);
    LimitRules narrow = queueing(key, 1);
    Client going = ask(wide, narrow).granted();
    Client waiting = ask(wide, narrow);
    waiting(1);
    // There is one left of the project's, which who waits for the key cannot use.
    Client passing = ask(wide, queueing(otherKey, 1)).granted();
    going.goAway();
    waiting.granted().goAway();
    passing.goAway();
    expectAllBack(wide, narrow);
  }

  @Test
  void waitsForAllSubjectsInTheirOrder() {
    LimitRules wide = queueing(project, 1);
    Client going = ask(wide, queueing(otherKey, 5)).granted();
    Client first = ask(wide, queueing(key, 1));
    waiting(1);
    Client second = ask(wide, queueing(otherKey, 5));
    waiting(2);
    going.goAway();
    first.granted();
    assertThat(second.isTold()).isFalse();
    first.goAway();
    second.granted().goAway();
    expectAllBack(wide, queueing(key, 1), queueing(otherKey, 5));
  }

  /** Where nobody may wait, nobody does, whatever the other levels say. */
  @Test
  void waitsOnlyWhereEveryFullSubjectLetsIt() {
    LimitRules wide = rules(project, 1, null);
    Client going = ask(wide).granted();
    ask(wide, queueing(key, 5)).reached();
    going.goAway();
    expectAllBack(wide);
  }

  @Test
  void givesWaitersWhatANewPolicyAllows() {
    Client going = ask(queueing(key, 1)).granted();
    Client first = ask(queueing(key, 1));
    waiting(1);
    Client second = ask(queueing(key, 3));
    first.granted().goAway();
    second.granted().goAway();
    going.goAway();
    expectAllBack(queueing(key, 3));
  }

  @Test
  void losesNoPermitToAClientThatGoesAwayAsItIsGranted() throws Exception {
    LimitRules one = queueing(key, 1);
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < RACES; i++) {
        Client going = ask(one).granted();
        Client waiting = ask(one);
        Future<?> release =
            threads.submit(() -> {
              var _ = together.await();
              going.goAway();
              return true;
            });
        Future<?> cancel =
            threads.submit(() -> {
              var _ = together.await();
              waiting.leave();
              return true;
            });
        var _ = release.get();
        var _ = cancel.get();
      }
    }
    expectAllBack(one);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void neverLetsMoreGoThanMay(long seed) throws Exception {
    List<LimitRules> all =
        List.of(
            queueing(project, 4), rules(key, 2, 3L, Duration.ofMillis(30)), queueing(otherKey, 3));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Crowd crowd = new Crowd(all);
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ConcurrencyLimiter limiter = i % 2 == 0 ? limiter() : other();
        Random random = new Random(seed * 31 + i);
        runs.add(threads.submit(() -> crowd.run(limiter, random)));
      }
      for (Future<?> run : runs) {
        var _ = run.get();
      }
    }
    expectAllBack(all.toArray(LimitRules[]::new));
  }
}
