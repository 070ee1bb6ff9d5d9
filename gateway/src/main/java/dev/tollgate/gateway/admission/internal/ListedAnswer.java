package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.streaming.AnswerListing;
import org.jspecify.annotations.Nullable;

/** The answer of one request, which ends at the first reason, whether it has begun then or not. */
final class ListedAnswer implements AnswerListing {

  private @Nullable OpenAnswer answer;
  private @Nullable Rejection ending;

  void end(Rejection reason) {
    OpenAnswer open;
    synchronized (this) {
      if (ending != null) {
        return;
      }
      ending = reason;
      open = answer;
    }
    if (open != null) {
      open.endSoon(reason);
    }
  }

  /** Whether it has been told to end: what its provider sent meanwhile is too much already. */
  synchronized boolean isEnding() {
    return ending != null && answer != null;
  }

  /** What is held back of it may pass. */
  void goOn() {
    OpenAnswer open;
    synchronized (this) {
      open = answer;
    }
    if (open != null) {
      open.goOnSoon();
    }
  }

  @Override
  public void add(OpenAnswer begun) {
    Rejection reason;
    synchronized (this) {
      answer = begun;
      reason = ending;
    }
    if (reason != null) {
      begun.endSoon(reason);
    }
  }

  @Override
  public synchronized void remove(OpenAnswer ended) {
    answer = null;
  }
}
