package dev.tollgate.gateway.realtime;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What becomes of a frame. */
public sealed interface Passage {

  Passage PASSES = new Passes();

  /** It leaves as it came. */
  record Passes() implements Passage {}

  /**
   * It does not leave, and the connection goes on.
   *
   * @param reason what the sender is told instead, a message of its own; null: nothing
   */
  record Dropped(@Nullable String reason) implements Passage {}

  /** It does not leave, and ends the connection. */
  record Ends(RelayEnd.ByRule how) implements Passage {}

  /**
   * It waits, and all behind it.
   *
   * @param known emits once, on any thread, or never where the connection ends anyway
   */
  record Later(Mono<Passage> known) implements Passage {}
}
