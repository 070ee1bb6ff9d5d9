package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.traffic.TrafficStore.Hold;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What one request has taken: at first, and each time that its answer went on. Later parts may be
 * of another window, or of another store where Redis went away in between.
 */
final class TrafficPermit implements Permit {

  private final Function<List<Claim>, Mono<Outcome>> takeMore;
  private final List<Claim> demanded;
  private final Outcome.Taken first;
  private final List<Hold> parts = new ArrayList<>(1);
  private boolean over;
  private volatile boolean released;

  /**
   * @param takeMore takes further claims of the same organization
   * @param demanded at first, of all limits that stand over the request
   */
  TrafficPermit(
      Function<List<Claim>, Mono<Outcome>> takeMore, List<Claim> demanded, Outcome.Taken taken) {
    this.takeMore = takeMore;
    this.demanded = demanded;
    this.first = taken;
    parts.add(taken.hold());
  }

  @Override
  public List<Quota> quotas() {
    return released ? Quotas.tightestWithout(first) : Quotas.tightest(first);
  }

  @Override
  public Mono<Void> extend(Spent more) {
    List<Claim> claims = Claims.ofMore(demanded, more);
    return claims.isEmpty()
        ? Mono.empty()
        : Asking.of(takeMore.apply(claims).flatMap(this::extended), nothing -> {});
  }

  @Override
  public Mono<Permit> another() {
    List<Claim> claims = Claims.ofTokens(demanded);
    return claims.isEmpty()
        ? Mono.just(Permit.NONE)
        : Asking.of(
            takeMore.apply(claims).flatMap(outcome -> permit(takeMore, claims, outcome)),
            Permit::release);
  }

  /**
   * Fails where nothing was taken.
   *
   * @param takeMore as of the constructor
   */
  static Mono<Permit> permit(
      Function<List<Claim>, Mono<Outcome>> takeMore, List<Claim> claims, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> Mono.error(Refusals.of(refused));
      case Outcome.Taken taken -> Mono.just(new TrafficPermit(takeMore, claims, taken));
    };
  }

  private Mono<Void> extended(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> Mono.error(Refusals.of(refused));
      case Outcome.Taken taken -> {
        if (!isAdded(taken.hold())) {
          giveBack(taken.hold());
        }
        yield Mono.empty();
      }
    };
  }

  private synchronized boolean isAdded(Hold part) {
    return !over && parts.add(part);
  }

  @Override
  public void release() {
    if (end()) {
      released = true;
      parts.forEach(TrafficPermit::giveBack);
    }
  }

  private static void giveBack(Hold part) {
    correct(part, part.claims().stream().mapToLong(claim -> -claim.amount()).toArray());
  }

  @Override
  public void settle(Spent spent) {
    if (!end()) {
      return;
    }
    if (parts.size() == 1) {
      correct(parts.getFirst(), changes(parts.getFirst(), spent));
    } else {
      Map<TrafficLimit.Id, Long> missing = missing(spent);
      parts.reversed().forEach(part -> correct(part, changes(part, missing)));
    }
  }

  private synchronized boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  private static long[] changes(Hold only, Spent spent) {
    // a stream took as long as all the rest of a settlement
    long[] changes = new long[only.claims().size()];
    for (int i = 0; i < changes.length; i++) {
      Claim claim = only.claims().get(i);
      changes[i] = Claims.taken(claim.limit().kind(), spent) - claim.amount();
    }
    return changes;
  }

  /** What was spent above what was taken; below 0 the surplus. */
  private Map<TrafficLimit.Id, Long> missing(Spent spent) {
    Map<TrafficLimit.Id, Long> missing = new HashMap<>();
    for (Hold part : parts) {
      for (Claim claim : part.claims()) {
        long before =
            missing.computeIfAbsent(claim.limit().id(), id -> Claims.taken(id.kind(), spent));
        missing.put(claim.limit().id(), before - claim.amount());
      }
    }
    return missing;
  }

  /**
   * The last part bears what is missing; a surplus goes back where it was taken, the last first.
   */
  private static long[] changes(Hold part, Map<TrafficLimit.Id, Long> missing) {
    long[] changes = new long[part.claims().size()];
    for (int i = 0; i < changes.length; i++) {
      Claim claim = part.claims().get(i);
      long left = missing.getOrDefault(claim.limit().id(), 0L);
      changes[i] = Math.max(left, -claim.amount());
      missing.put(claim.limit().id(), left - changes[i]);
    }
    return changes;
  }

  private static void correct(Hold part, long[] changes) {
    for (long change : changes) {
      if (change != 0) {
        part.correct(changes);
        return;
      }
    }
  }
}
