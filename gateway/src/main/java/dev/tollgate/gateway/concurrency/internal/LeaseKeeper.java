package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.internal.PermitScripts.Self;
import dev.tollgate.gateway.rounds.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Tells Redis in batches, one at a time, which permits live on and which have come back: one timer
 * for all of them. Redis is to be asked for permits only while it knows those that are held; a
 * Redis that was away, or that may have forgotten some, is told first what is held then. What is
 * granted without it meanwhile follows right after.
 */
final class LeaseKeeper {

  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int BATCH = 500;

  /** Beyond it the oldest end with their lease. */
  private static final int MOST_RELEASES = 100_000;

  private final PermitScripts scripts;
  private final HeldClaims held;
  private final Pace pace;
  private final Loop speaking =
      new Loop("The renewal of permits", this::hasNews, this::send, this::stumbled);

  /** That Redis may be asked in; null: it is away. */
  private volatile @Nullable String epoch;

  /** All below is guarded by this. */
  private final Deque<Claim> releases = new ArrayDeque<>();

  private final Deque<Claim> renewals = new ArrayDeque<>();

  /** How many of {@link #renewals} come first that must be told before Redis may be asked. */
  private int untold;

  /** Came back while a renewal was on its way, which may reach Redis after that. */
  private final List<Claim> renewedAfterwards = new ArrayList<>();

  /** What came back and is on its way. */
  private List<Claim> releasing = List.of();

  private @Nullable String told;
  private boolean saidAway;
  private boolean closed;
  private boolean sending;
  private boolean due;
  private long beats;

  LeaseKeeper(PermitScripts scripts, HeldClaims held, Pace pace) {
    this.scripts = scripts;
    this.held = held;
    this.pace = pace;
  }

  /** Begins to speak, until what it returns is disposed of. */
  Disposable start(Scheduler scheduler) {
    Disposable timer =
        scheduler.schedulePeriodically(this::beat, 0, pace.beatMillis(), TimeUnit.MILLISECONDS);
    return Disposables.composite(timer, this::close);
  }

  private synchronized void close() {
    closed = true;
  }

  /** 1 while Redis is not to be asked. */
  int away() {
    return epoch == null ? 1 : 0;
  }

  /** That Redis is to be asked in; null: it is not to be asked now. */
  @Nullable String epoch() {
    return epoch;
  }

  private void beat() {
    synchronized (this) {
      due = true;
      beats++;
      if (beats % Pace.BEATS_OF_RENEWAL == 0) {
        renewAll();
      }
    }
    speaking.wake();
  }

  private void renewAll() {
    renewals.clear();
    renewals.addAll(held.all());
    untold = renewals.size();
  }

  /** Redis does not know of it yet. */
  void tell(Claim claim) {
    synchronized (this) {
      renewals.add(claim);
    }
    speaking.wake();
  }

  void release(Claim claim) {
    synchronized (this) {
      if (releases.size() >= MOST_RELEASES) {
        releases.removeFirst();
      }
      releases.addLast(claim);
    }
    speaking.wake();
  }

  /** What has come back, for a question that goes to Redis now anyway. */
  synchronized List<Claim> takeReleases() {
    List<Claim> some = some(releases);
    if (sending) {
      renewedAfterwards.addAll(some);
    }
    return some;
  }

  /** Redis may not have been told that these came back. */
  synchronized void repeatReleases(List<Claim> released) {
    released.forEach(releases::addFirst);
  }

  /** Redis did not answer. */
  synchronized void lost(Throwable failure) {
    if (!saidAway && !closed) {
      saidAway = true;
      log.warn(
          "Redis does not answer, limits of requests at once hold as when-away says: {}",
          failure.toString());
    }
    epoch = null;
    told = null;
  }

  /** Redis may have forgotten permits. */
  void forgotten() {
    synchronized (this) {
      epoch = null;
      told = null;
      due = true;
    }
    speaking.wake();
  }

  /** While it is away, only the timer tries whether it is back. */
  private synchronized boolean hasNews() {
    return due || (told != null && !(releases.isEmpty() && renewals.isEmpty()));
  }

  private Mono<Void> send() {
    List<Claim> renewed;
    List<Claim> released;
    synchronized (this) {
      due = false;
      sending = true;
      renewed = some(renewals);
      untold = Math.max(0, untold - renewed.size());
      renewed.removeIf(claim -> !held.has(claim));
      released = some(releases);
      releasing = released;
    }
    return scripts
        .keep(renewed, released)
        .doOnNext(this::answered)
        .onErrorResume(failure -> unanswered(failure, released))
        .then(Mono.fromRunnable(this::sent));
  }

  private static List<Claim> some(Deque<Claim> claims) {
    List<Claim> some = new ArrayList<>(Math.min(claims.size(), BATCH));
    while (some.size() < BATCH && !claims.isEmpty()) {
      some.add(claims.removeFirst());
    }
    return some;
  }

  private synchronized void answered(Self redis) {
    if (!redis.epoch().equals(told)) {
      epoch = null;
      told = redis.epoch();
      renewAll();
    }
    // Requests are granted without Redis all the time: to wait until none is new may be for ever.
    if (epoch == null && untold == 0 && redis.ageMillis() >= pace.graceMillis()) {
      epoch = told;
      saidAway = false;
      log.info("Redis counts the requests at once of all gateways");
    }
  }

  private Mono<Self> unanswered(Throwable failure, List<Claim> released) {
    lost(failure);
    repeatReleases(released);
    return Mono.empty();
  }

  private synchronized void sent() {
    sending = false;
    releasing = List.of();
    repeatReleases(renewedAfterwards);
    renewedAfterwards.clear();
  }

  /** Nobody knows what Redis was told: from the next beat on it is told everything once more. */
  private synchronized void stumbled() {
    epoch = null;
    told = null;
    repeatReleases(releasing);
    sent();
  }
}
