package dev.tollgate.gateway.bodies;

/** Where bodies that are to be kept go. */
public interface BodySink {

  /**
   * How many bytes may be copied now, of {@code wanted}; they are owed until {@link #giveBack} or
   * until {@link #keep} has stored them.
   */
  int borrow(int wanted);

  /** Gives borrowed bytes back that will not be kept. */
  void giveBack(int borrowed);

  /** Takes a body of borrowed bytes at once, on any thread, and stores it soon. */
  void keep(KeptBody body);
}
