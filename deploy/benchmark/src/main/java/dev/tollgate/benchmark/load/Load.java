package dev.tollgate.benchmark.load;

/** A load that has begun and goes on until it is closed. */
public interface Load extends AutoCloseable {

  /** What is counted: answers, or events of streams, so far. */
  long count();

  /** Forgets the durations so far: the measured window begins. */
  void beginWindow();

  /** Durations since the window began, by name; ends the window. */
  Window endWindow();

  /**
   * Ends the load and its connections.
   *
   * @throws LoadFailedException if any request was not answered as it should
   */
  @Override
  void close();

  /**
   * Durations of a window.
   *
   * @param answer of whole answers, from the time at which the request was due
   * @param firstByte from the request to the first byte of the body
   * @param gap between two events of one stream
   */
  record Window(Samples answer, Samples firstByte, Samples gap) {}
}
