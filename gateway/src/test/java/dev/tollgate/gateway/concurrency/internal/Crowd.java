package dev.tollgate.gateway.concurrency.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.support.TestDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/**
 * Many who ask, wait, go and go away at random, and count for themselves how many hold a permit of
 * each subject. A permit is counted from when it is told until before it is given back, so that the
 * count can only be too low.
 */
final class Crowd {

  private static final int STEPS = 400;

  private final List<LimitRules> all;
  private final Map<LimitRules, AtomicInteger> going = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable String> tooMany = new AtomicReference<>();

  Crowd(List<LimitRules> all) {
    this.all = all;
    all.forEach(one -> going.put(one, new AtomicInteger()));
  }

  private final class Member extends BaseSubscriber<Permit> {

    private final List<LimitRules> wanted;
    private final AtomicReference<@Nullable Permit> permit = new AtomicReference<>();
    private volatile boolean left;

    Member(List<LimitRules> wanted) {
      this.wanted = wanted;
    }

    @Override
    protected void hookOnNext(Permit granted) {
      for (LimitRules one : wanted) {
        int now = counter(one).incrementAndGet();
        if (now > Client.parallel(one)) {
          tooMany.set(now + " of " + one);
        }
      }
      permit.set(granted);
      if (left) {
        giveBack();
      }
    }

    @Override
    protected void hookOnError(Throwable failure) {
      assertThat(failure).isInstanceOf(RejectionException.class);
    }

    void leave() {
      left = true;
      cancel();
      giveBack();
    }

    private void giveBack() {
      Permit granted = permit.getAndSet(null);
      if (granted != null) {
        wanted.forEach(one -> counter(one).decrementAndGet());
        granted.release();
      }
    }
  }

  private AtomicInteger counter(LimitRules rules) {
    AtomicInteger counter = going.get(rules);
    assertThat(counter).isNotNull();
    return counter;
  }

  boolean run(Limiter limiter, Random random) {
    List<Member> members = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      if (members.size() < 10 && random.nextBoolean()) {
        members.add(come(limiter, random));
      } else if (!members.isEmpty()) {
        members.remove(random.nextInt(members.size())).leave();
      }
      assertThat(tooMany.get()).isNull();
    }
    members.forEach(Member::leave);
    return true;
  }

  private Member come(Limiter limiter, Random random) {
    List<LimitRules> wanted = all.stream().filter(one -> random.nextBoolean()).toList();
    Member member = new Member(wanted);
    limiter
        .admit(TestDemand.under(wanted).priority(random.nextInt(4) == 0).demand())
        .subscribe(member);
    return member;
  }
}
