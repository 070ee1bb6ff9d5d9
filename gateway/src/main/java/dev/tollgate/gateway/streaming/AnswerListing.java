package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;

/** Where an answer is listed while it runs, so that it can be ended from outside. Thread-safe. */
public interface AnswerListing {

  /** One of them; equal to itself only. */
  interface OpenAnswer {

    /**
     * Tells the client why its answer is cut here, and breaks it off, so that it is not taken for
     * whole; returns at once.
     */
    void breakOffSoon(Rejection reason);

    /**
     * Tells the client by what rule its answer ends here, and finishes it; returns at once. An
     * answer that has no way to tell is broken off instead.
     */
    void endSoon(Rejection reason);

    /** What an observer has held back may pass; returns at once. */
    default void goOnSoon() {}
  }

  void add(OpenAnswer answer);

  void remove(OpenAnswer answer);

  /** Lists an answer in both. */
  default AnswerListing and(AnswerListing other) {
    AnswerListing first = this;
    return new AnswerListing() {
      @Override
      public void add(OpenAnswer answer) {
        first.add(answer);
        other.add(answer);
      }

      @Override
      public void remove(OpenAnswer answer) {
        first.remove(answer);
        other.remove(answer);
      }
    };
  }
}
