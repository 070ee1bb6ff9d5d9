package dev.tollgate.gateway.rounds;

import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Timed;

/**
 * The steps of a round, one after the other. None stands on the one before, so that a long way
 * needs no deeper stack, and the way is bounded: what comes meanwhile waits for the next round, as
 * does whatever else that round has to do.
 */
public final class Steps {

  /** After which no step is begun any more; some of these fit into a round. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private Steps() {}

  /**
   * Takes at most {@code most} steps, for some seconds at most; completes then, or after the first
   * step that gives false.
   *
   * @param most at least 1
   */
  public static Mono<Void> take(long most, Supplier<Mono<Boolean>> step) {
    return Mono.defer(step).repeat(most - 1).timed().takeWhile(Steps::goesOn).then();
  }

  private static boolean goesOn(Timed<Boolean> step) {
    return step.get() && step.elapsedSinceSubscription().compareTo(LONGEST) < 0;
  }
}
