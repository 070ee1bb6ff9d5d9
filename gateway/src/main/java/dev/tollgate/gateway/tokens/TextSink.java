package dev.tollgate.gateway.tokens;

/** Takes texts piece by piece, cut anywhere, and sums their tokens. */
interface TextSink {

  /** Takes {@code text[from, to)}; the array is only valid during the call. */
  void add(char[] text, int from, int to);

  /** The text is complete: what comes next is another one. */
  void end();

  /** The tokens of all texts so far; exact only after {@link #end()}. */
  long tokens();

  /** Whether all of it was really counted. */
  boolean isExact();
}
