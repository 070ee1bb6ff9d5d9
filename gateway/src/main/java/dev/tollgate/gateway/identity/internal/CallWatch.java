package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.identity.OpenCalls;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.streaming.AnswerListing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Ends the streams of keys that are revoked, disabled or expire, of tokens likewise, and of
 * projects that are deleted. Each stream is looked at when it begins (its caller may have lost its
 * right while the provider was thinking), at every change of its key or project, and when its time
 * is up. While the database does not answer, streams go on.
 */
final class CallWatch implements OpenCalls, Snapshots.ChangeListener, SmartLifecycle {

  private static final Duration TICK = Duration.ofMillis(500);
  private static final String KEY = "key:";
  private static final String PROJECT = "project:";

  private final Standings standings;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final ConcurrentHashMap<String, Set<Watched>> bySubject = new ConcurrentHashMap<>();
  private volatile @Nullable Disposable ticking;

  CallWatch(Standings standings, InstantSource clock, MeterRegistry meters) {
    this.standings = standings;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public AnswerListing of(GatewayExchange exchange) {
    return new Listing(
        exchange.get(CallerTerms.KEY), exchange.get(ProjectSnapshot.KEY).projectId());
  }

  @Override
  public void keyChanged(String keyId) {
    look(KEY + keyId);
  }

  @Override
  public void projectChanged(String projectId) {
    look(PROJECT + projectId);
  }

  @Override
  public void anythingMayHaveChanged() {
    bySubject.values().forEach(watched -> watched.forEach(Watched::look));
  }

  private void look(String subject) {
    Set<Watched> watched = bySubject.get(subject);
    if (watched != null) {
      watched.forEach(Watched::look);
    }
  }

  private void tick() {
    Instant now = clock.instant();
    bySubject.values().forEach(watched -> watched.forEach(each -> each.lookIfDue(now)));
  }

  private void watch(String subject, Watched watched) {
    bySubject.compute(
        subject,
        (same, others) -> {
          Set<Watched> all = others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(watched);
          return all;
        });
    watched.look();
  }

  private void forget(String subject, Watched watched) {
    bySubject.computeIfPresent(
        subject,
        (same, all) -> {
          all.remove(watched);
          return all.isEmpty() ? null : all;
        });
  }

  /** How many streams are watched. */
  int count() {
    return bySubject.values().stream().mapToInt(Set::size).sum();
  }

  @Override
  public void start() {
    ticking = Flux.interval(TICK).onBackpressureDrop().subscribe(count -> tick());
  }

  @Override
  public void stop() {
    Disposable current = ticking;
    if (current != null) {
      current.dispose();
      ticking = null;
    }
  }

  @Override
  public boolean isRunning() {
    return ticking != null;
  }

  /** Of one request; an answer is added to it once. */
  private final class Listing implements AnswerListing {

    private final CallerTerms terms;
    private final String projectId;
    private final String subject;
    private volatile @Nullable Watched watched;

    Listing(CallerTerms terms, String projectId) {
      this.terms = terms;
      this.projectId = projectId;
      this.subject =
          switch (terms) {
            case CallerTerms.OfKey key -> KEY + key.keyId();
            case CallerTerms.OfToken token -> PROJECT + projectId;
          };
    }

    @Override
    public void add(OpenAnswer answer) {
      Watched own = new Watched(answer, terms, projectId);
      watched = own;
      watch(subject, own);
    }

    @Override
    public void remove(OpenAnswer answer) {
      Watched own = watched;
      if (own != null) {
        forget(subject, own);
      }
    }
  }

  /** One stream. */
  private final class Watched {

    private final AnswerListing.OpenAnswer answer;
    private final CallerTerms terms;
    private final String projectId;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Instant due = Instant.MAX;

    Watched(AnswerListing.OpenAnswer answer, CallerTerms terms, String projectId) {
      this.answer = answer;
      this.terms = terms;
      this.projectId = projectId;
    }

    void lookIfDue(Instant now) {
      if (!now.isBefore(due)) {
        look();
      }
    }

    void look() {
      int number = looks.incrementAndGet();
      standings.of(terms, projectId).subscribe(standing -> found(number, standing));
    }

    /** A look that was overtaken by another may tell of what was before a change. */
    private synchronized void found(int number, Standing standing) {
      if (number != looks.get()) {
        return;
      }
      switch (standing) {
        case Standing.Good(Instant until) -> due = until;
        case Standing.Unknown() -> due = clock.instant();
        case Standing.Over(Rejection reason) -> end(reason);
      }
    }

    private void end(Rejection reason) {
      due = Instant.MAX;
      meters.counter("tollgate.answers.ended", "code", reason.code().code()).increment();
      answer.endSoon(reason);
    }
  }
}
