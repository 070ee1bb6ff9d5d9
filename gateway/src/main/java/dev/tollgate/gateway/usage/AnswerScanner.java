package dev.tollgate.gateway.usage;

/**
 * One layer of reading an answer: takes its bytes in order, cut anywhere, and passes what it finds
 * inwards. Holds a bounded state, never the bytes that were passed to it.
 */
interface AnswerScanner {

  /** Takes {@code bytes[from, to)}; the array is only valid during the call. */
  void scan(byte[] bytes, int from, int to);

  /** Gives back what the layer holds outside the heap; nothing is scanned afterwards. */
  default void close() {}
}
