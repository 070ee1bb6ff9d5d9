package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.traffic.LimitKind.Shape;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Refused;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of one request, each held against the count of its limit. Guarded by the lock of its
 * organization from the first claim to the end.
 */
final class Judgment {

  private final boolean shared;
  private final List<Claim> claims;
  private final List<Standing> standings;
  private final Counters[] subjects;
  private final Counter[] counts;
  private Set<CounterKey> unseeded = Set.of();
  private @Nullable Claim reached;
  private long longestWait;

  /**
   * @param demanded all claims, to be added one by one
   * @param shared whether others count what this gateway counts a share of
   */
  Judgment(List<Claim> demanded, boolean shared) {
    int size = demanded.size();
    this.shared = shared;
    // Of a share a claim may take less than was demanded.
    this.claims = shared ? new ArrayList<>(size) : demanded;
    this.standings = new ArrayList<>(size);
    this.subjects = new Counters[size];
    this.counts = new Counter[size];
  }

  /** The next claim. */
  void add(Claim demanded, Counters subject) {
    int place = standings.size();
    Counter count = subject.of(demanded.limit());
    if (subject.needsSeed()) {
      unseeded = unseeded.isEmpty() ? new LinkedHashSet<>() : unseeded;
      unseeded.add(demanded.limit().key());
    }
    Standing standing = count.standing();
    // Nobody is turned away until midnight for output that may never come.
    Claim claim =
        shared && demanded.limit().kind().shape() == Shape.WINDOW
            ? demanded.within(standing.remaining())
            : demanded;
    long wait = nanosUntil(claim, count, standing);
    if (wait > longestWait) {
      longestWait = wait;
      reached = claim;
    }
    subjects[place] = subject;
    counts[place] = count;
    if (shared) {
      claims.add(claim);
    }
    standings.add(standing);
  }

  private static long nanosUntil(Claim claim, Counter count, Standing standing) {
    if (claim.amount() == 0) {
      return 0;
    }
    if (claim.neverFits()) {
      return Refused.NEVER;
    }
    return claim.amount() <= standing.remaining() ? 0 : count.nanosUntil(claim.amount());
  }

  /** Whose past must be known before anything else. */
  Set<CounterKey> unseeded() {
    return unseeded;
  }

  /** For each claim whose it is; claims of one subject stand beside each other. */
  Counters[] subjects() {
    return subjects;
  }

  List<Claim> claims() {
    return claims;
  }

  /** How the limits stand, from {@link #take} on with what it took. */
  List<Standing> standings() {
    return standings;
  }

  /** Null: all fit. */
  @Nullable Refused refusal() {
    return reached == null ? null : new Refused(claims, standings, reached, longestWait);
  }

  /**
   * Takes all.
   *
   * @return for each claim the number of the window that it counts in; 0 of a bucket
   */
  long[] take() {
    long[] windows = new long[counts.length];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = counts[i].window();
      long amount = claims.get(i).amount();
      if (amount > 0) {
        standings.set(i, counts[i].take(amount, standings.get(i)));
      }
    }
    return windows;
  }
}
