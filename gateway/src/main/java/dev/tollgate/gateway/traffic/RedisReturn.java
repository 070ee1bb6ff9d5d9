package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.SeldomLog;
import dev.tollgate.gateway.rounds.Rounds;
import dev.tollgate.gateway.rounds.Steps;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether Redis is to be asked. One that is back is told first what was taken without it, and then
 * the other gateways have the time to do so too: else one would take once more what others have
 * taken already. What is heard of these requests later follows.
 */
final class RedisReturn implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisReturn.class);

  /** An attempt to connect is made each second at least. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private static final int ROUNDS_FOR_OTHERS = 2;

  /** Limits in one message: Redis does nothing else while it reads it. */
  private static final int MOST_AT_ONCE = 100;

  private final RedisTraffic redis;
  private final Untold untold;
  private final LongSupplier nanoClock;
  private final SeldomLog complaints;
  private final String gateway = UUID.randomUUID().toString();
  private final Rounds rounds;

  /** All until {@link #away} belongs to the round, of which there is one at a time. */
  private final Deque<Message> unsaid = new ArrayDeque<>();

  private long messages;
  private int answeredRounds;

  private volatile boolean away;
  private volatile long backAtNanos;

  /** It is the same each time that it is sent, but for what has come back meanwhile. */
  private record Message(String organizationId, List<UntoldUse> uses, long number) {}

  RedisReturn(RedisTraffic redis, Untold untold, LongSupplier nanoClock) {
    this.redis = redis;
    this.untold = untold;
    this.nanoClock = nanoClock;
    this.complaints = new SeldomLog(log, nanoClock);
    this.rounds =
        Rounds.start(
            "The return of Redis to its limits", Flux.interval(Duration.ZERO, EVERY), this::round);
  }

  boolean isAway() {
    return away;
  }

  /** When it was last back, after it had been away. */
  long backAtNanos() {
    return backAtNanos;
  }

  void goneAway() {
    away = true;
  }

  private Mono<Void> round() {
    // What is asked before its clock is known may be taken when nobody waits any more.
    if (!away && unsaid.isEmpty() && untold.size() == 0 && redis.knowsTheClock()) {
      return Mono.empty();
    }
    // A Redis that hangs is not to be left with more than this at a time.
    return knock()
        .flatMap(answers -> answers ? tell().then(Mono.defer(this::answered)) : Mono.empty());
  }

  /** By nothing to tell. */
  private Mono<Boolean> knock() {
    return say(new Message("", List.of(), ++messages)).doOnNext(this::count);
  }

  private void count(boolean answers) {
    answeredRounds = answers ? answeredRounds + 1 : 0;
  }

  private Mono<Void> answered() {
    if (!away) {
      answeredRounds = 0;
      return Mono.empty();
    }
    if (answeredRounds <= ROUNDS_FOR_OTHERS || !unsaid.isEmpty()) {
      return Mono.empty();
    }
    answeredRounds = 0;
    backAtNanos = nanoClock.getAsLong();
    away = false;
    log.info("Redis answers again: all gateways count limits together");
    // What was taken since the last look at it.
    return tell();
  }

  private Mono<Void> tell() {
    if (unsaid.isEmpty()) {
      untold.takeAll().forEach(this::write);
    }
    return unsaid.isEmpty() ? Mono.empty() : Steps.take(unsaid.size(), this::sayNext);
  }

  private void write(String organizationId, List<UntoldUse> uses) {
    for (int from = 0; from < uses.size(); from += MOST_AT_ONCE) {
      List<UntoldUse> some = uses.subList(from, Math.min(uses.size(), from + MOST_AT_ONCE));
      unsaid.addLast(new Message(organizationId, List.copyOf(some), ++messages));
    }
  }

  private Mono<Boolean> sayNext() {
    Message next = unsaid.peekFirst();
    return next == null
        ? Mono.just(false)
        : say(next)
            .doOnNext(said -> {
              if (said) {
                unsaid.removeFirst();
              }
            });
  }

  /** False: it is to be said again. */
  private Mono<Boolean> say(Message message) {
    return redis
        .tell(message.organizationId(), message.uses(), gateway, message.number())
        .onErrorResume(failure -> Mono.fromSupplier(() -> isFutile(message, failure)));
  }

  private boolean isFutile(Message message, Throwable failure) {
    boolean futile = !RedisLink.isAway(failure);
    if (futile) {
      untold.lost(message.uses().size());
      complaints.error(
          "What {} took while Redis was away cannot be added to what Redis has: {}",
          message.organizationId(),
          failure.toString());
    }
    return futile;
  }

  @Override
  public void close() {
    rounds.dispose();
  }
}
