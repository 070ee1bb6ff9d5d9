package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;
import io.netty.buffer.ByteBuf;

/** Watches an answer on its way; called by one event loop. */
public interface AnswerObserver {

  /**
   * Sees bytes as they came from the provider; neither keeps nor changes them.
   *
   * @return whether more may pass now; false: not before {@link AnswerListing.OpenAnswer#goOnSoon}
   */
  boolean passed(ByteBuf chunk);

  /** The body is about to come; one of the two following will be called. */
  void begun();

  /**
   * The gateway itself ends the body here by a rule, before the provider would; {@link #ended}
   * follows.
   */
  void cutShort(Rejection reason);

  /**
   * The body has ended, and the client is still there; its last byte has not left yet.
   *
   * @param whole whether it ended as the provider meant it to
   */
  void ended(boolean whole);

  /** The client had gone, and no byte will pass any more. */
  void abandoned();
}
