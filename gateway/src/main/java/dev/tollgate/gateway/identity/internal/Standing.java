package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.Rejection;
import java.time.Instant;

/** How things stand with a caller whose answer is on its way. */
sealed interface Standing {

  /**
   * It may go on.
   *
   * @param until when it ends by itself; {@link Instant#MAX} for never
   */
  record Good(Instant until) implements Standing {}

  /** It may not go on. */
  record Over(Rejection reason) implements Standing {}

  /** The database does not answer. */
  record Unknown() implements Standing {}
}
