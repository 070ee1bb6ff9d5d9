package dev.tollgate.gateway.tokens;

/** Takes texts piece by piece, cut anywhere, and sums their tokens. */
interface TextSink {

  /** Takes {@code text[from, to)}; the array is only valid during the call. */
  void add(char[] text, int from, int to);

  /** The text is complete: what comes next is another one. */
  void end();

  /** Whether texts that were counted before are known again. */
  default boolean remembers() {
    return false;
  }

  /**
   * Adds the next text whole if it was counted before.
   *
   * @param written only valid during the call
   */
  default boolean recalls(Written written) {
    return false;
  }

  /**
   * What has been added and ended since {@link #recalls} was asked for it is {@code written}, which
   * stays as it is.
   */
  default void remember(Written written) {}

  /** The tokens of all texts so far; exact only after {@link #end()}. */
  long tokens();

  /** Whether all of it was really counted. */
  boolean isExact();
}
