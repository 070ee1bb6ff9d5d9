package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisScript;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Refused;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Taken;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts of all gateways on one Redis, by its clock: one script judges and takes all limits of a
 * request in one round trip. Only where Redis has never heard of a window before, what was used of
 * it is asked of the database, and the script is run once more. Values are kept as {@code take.lua}
 * says, under {@code tollgate:limit:{ORGANIZATION}:KIND:SUBJECT[:MODEL]}.
 */
public final class RedisTraffic implements TrafficStore {

  private static final int MOST_ATTEMPTS = 4;

  private final RedisScript take;
  private final RedisScript correct;
  private final Clocks clocks;
  private final RedisClock clock;
  private final Seeds seeds;
  private final Counter lost;

  /**
   * @param timeout of the link
   */
  public RedisTraffic(
      RedisLink redis, Duration timeout, Seeds seeds, Clocks clocks, MeterRegistry meters) {
    this.take = RedisScript.beside(RedisTraffic.class, "take.lua", redis);
    this.correct = RedisScript.beside(RedisTraffic.class, "correct.lua", redis);
    this.clocks = clocks;
    this.clock = new RedisClock(clocks, timeout);
    this.seeds = seeds;
    this.lost =
        Counter.builder("tollgate.traffic.corrections.lost")
            .description("Ends of requests that Redis did not hear of: what they held is not back")
            .register(meters);
  }

  @Override
  public Mono<Outcome> take(String organizationId, List<Claim> claims) {
    return ask(RedisQuestion.of(null, organizationId, claims), 1);
  }

  @Override
  public Mono<Outcome> takeIf(
      Precondition precondition, String organizationId, List<Claim> claims) {
    return ask(RedisQuestion.of(precondition, organizationId, claims), 1);
  }

  /** Whether it is known until when Redis may act on a question. */
  boolean knowsTheClock() {
    return clock.isKnown();
  }

  /** What its clock says now; where it has never told, what ours does. */
  long micros() {
    return clock.now();
  }

  /**
   * Counts what was taken without Redis. What of it is of a window that is over is forgotten.
   *
   * @param gateway that took it
   * @param number the same message counts once, unless another was sent after it
   * @return false: it came too late, and nothing is done; fails as {@link RedisLink#ask} does
   */
  Mono<Boolean> tell(String organizationId, List<UntoldUse> uses, String gateway, long number) {
    return Mono.defer(() -> {
      RedisCorrection correction = new RedisCorrection(organizationId, clock.latest());
      long now = clocks.nanos();
      uses.forEach(use -> correction.add(use, now));
      correction.once(gateway, number);
      return correct
          .run(correction.keys(), correction.arguments())
          .map(values -> {
            RedisReply reply = new RedisReply(values);
            clock.tells(reply.micros());
            return reply.status() != RedisReply.Status.LATE;
          });
    });
  }

  private Mono<Outcome> ask(RedisQuestion question, int attempt) {
    return Mono.defer(() ->
            take.run(
                question.keys(),
                question.arguments(clock.latest()),
                values -> giveBack(question, new RedisReply(values))))
        .flatMap(values -> answered(question, new RedisReply(values), attempt));
  }

  /** It was taken when nobody waited any more, and was counted elsewhere by then. */
  private void giveBack(RedisQuestion question, RedisReply late) {
    if (late.status() == RedisReply.Status.TAKEN) {
      hold(question, late)
          .correct(question.claims().stream().mapToLong(claim -> -claim.amount()).toArray());
    }
  }

  private Mono<Outcome> answered(RedisQuestion question, RedisReply reply, int attempt) {
    clock.tells(reply.micros());
    return switch (reply.status()) {
      case TAKEN -> {
        askLater(question, reply);
        yield Mono.just(new Taken(hold(question, reply), reply.standings()));
      }
      case REFUSED -> Mono.just(refused(question, reply));
      case UNKNOWN ->
          again(attempt)
              .then(before(question, reply))
              .flatMap(before -> ask(question.knowing(before, reply.micros()), attempt + 1));
      // Its clock has jumped, or it was very slow: by what it says now it is in time.
      case LATE -> again(attempt).then(ask(question, attempt + 1));
      case NOT_HELD -> Mono.empty();
    };
  }

  private static Mono<Void> again(int attempt) {
    return attempt < MOST_ATTEMPTS
        ? Mono.empty()
        : Mono.error(new IllegalStateException("Redis does not come to an end"));
  }

  private Hold hold(RedisQuestion question, RedisReply reply) {
    long[] windows = new long[question.claims().size()];
    long[] born = new long[windows.length];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = reply.window(i);
      born[i] = reply.born(i);
    }
    return new Held(question.organizationId(), question.claims(), windows, born);
  }

  private static Refused refused(RedisQuestion question, RedisReply reply) {
    Claim reached = question.claims().getFirst();
    long longest = 0;
    for (int i = 0; i < question.claims().size(); i++) {
      long micros = reply.waitMicros(i);
      long wait = micros < 0 ? Refused.NEVER : micros * 1000;
      if (wait > longest) {
        longest = wait;
        reached = question.claims().get(i);
      }
    }
    return new Refused(question.claims(), reply.standings(), reached, longest);
  }

  private static Set<CounterKey> unseeded(RedisQuestion question, RedisReply reply) {
    Set<CounterKey> unseeded = new HashSet<>();
    for (int i = 0; i < question.claims().size(); i++) {
      if (reply.isUnseeded(i)) {
        unseeded.add(question.claims().get(i).limit().key());
      }
    }
    return unseeded;
  }

  private Mono<Map<CounterKey, Optional<Used>>> before(RedisQuestion question, RedisReply reply) {
    Instant at = RedisClock.instant(reply.micros());
    return Flux.fromIterable(unseeded(question, reply))
        .flatMap(key -> seeds.of(key, at).map(used -> Map.entry(key, used)))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue, HashMap::new);
  }

  /** What could not be known when it was first used is put right now; nobody waits for it. */
  private void askLater(RedisQuestion question, RedisReply reply) {
    Set<CounterKey> unseeded = unseeded(question, reply);
    if (!unseeded.isEmpty()) {
      var _ = before(question, reply).subscribe(before -> seed(question, reply, before));
    }
  }

  private void seed(
      RedisQuestion question, RedisReply reply, Map<CounterKey, Optional<Used>> before) {
    RedisCorrection correction = new RedisCorrection(question.organizationId(), 0);
    for (int i = 0; i < question.claims().size(); i++) {
      TrafficLimit limit = question.claims().get(i).limit();
      Optional<Used> used = before.getOrDefault(limit.key(), Optional.empty());
      if (reply.isUnseeded(i) && used.isPresent()) {
        correction.add("s", used.get().of(limit.kind()), limit, reply.window(i), 0, 0);
      }
    }
    run(correction);
  }

  private void run(RedisCorrection correction) {
    if (!correction.isEmpty()) {
      var _ =
          correct
              .run(correction.keys(), correction.arguments())
              .subscribe(done -> {}, failure -> lost.increment());
    }
  }

  /** Claims that Redis has granted. */
  private final class Held implements Hold {

    private final String organizationId;
    private final List<Claim> claims;
    private final long[] windows;
    private final long[] born;

    /**
     * @param windows for each claim the number of the window that it counts in; 0 of a bucket
     * @param born for each claim when Redis began the window, in microseconds; 0 of a bucket
     */
    Held(String organizationId, List<Claim> claims, long[] windows, long[] born) {
      this.organizationId = organizationId;
      this.claims = claims;
      this.windows = windows;
      this.born = born;
    }

    @Override
    public List<Claim> claims() {
      return claims;
    }

    @Override
    public void correct(long[] changes) {
      RedisCorrection correction = new RedisCorrection(organizationId, 0);
      for (int i = 0; i < changes.length; i++) {
        if (changes[i] != 0) {
          Claim claim = claims.get(i);
          TrafficLimit limit = claim.limit();
          String shape = RedisQuestion.shape(limit);
          correction.add(shape, changes[i], limit, windows[i], born[i], claim.amount());
        }
      }
      run(correction);
    }
  }
}
