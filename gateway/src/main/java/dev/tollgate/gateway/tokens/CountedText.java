package dev.tollgate.gateway.tokens;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts text with a real encoding, in pieces that the encoding would have cut there itself, and
 * for a limited time, or so much work: what is left then is estimated.
 *
 * <p>The merging of bytes takes time that grows faster than a run without any boundary, and some of
 * the patterns look ahead over all of a run of white space; 25 MB of one letter would take a
 * minute. So a run is cut after {@value #LONGEST_RUN} units, which can only add tokens, and the
 * clock is read after each piece of at most {@value #PIECE}.
 */
final class CountedText implements TextSink {

  static final int PIECE = 1024;
  static final int LONGEST_RUN = 128;

  /** A piece of an answer is a word or two; thousands of streams each hold such a buffer. */
  private static final int FIRST = 16;

  private static final char[] NONE = {};

  private final Counting counting;
  private final LongSupplier clock;
  private final long deadline;
  private final TextEstimate rest = new TextEstimate();

  /** Made when it is needed: a text that is known by heart needs none. */
  private char[] held = NONE;

  private int length;
  private int boundary;
  private char last;
  private long counted;
  private long countedBefore;
  private boolean over;

  /** Counts with an encoding. */
  @FunctionalInterface
  interface Counting {

    /** The tokens of a piece. */
    long count(String piece);

    /** Whether whole texts are remembered. */
    default boolean remembers() {
      return false;
    }

    /**
     * The tokens of a whole text, if they are known.
     *
     * @param written only valid during the call
     */
    default @Nullable Long recall(Written written) {
      return null;
    }

    /** A whole text has been counted. It stays as it is. */
    default void remember(Written written, long tokens) {}
  }

  /**
   * @param counting counts the tokens of a piece
   * @param clock as {@link System#nanoTime()}, or anything else that goes on with what is counted
   * @param most for how long to count, from now, by the clock
   */
  CountedText(Counting counting, LongSupplier clock, long most) {
    this.counting = counting;
    this.clock = clock;
    this.deadline = clock.getAsLong() + most;
  }

  @Override
  public void add(char[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (over) {
        rest.add(text, i, to);
        return;
      }
      add(text[i]);
    }
  }

  private void add(char c) {
    if (length > 0 && isBoundary(last, c)) {
      boundary = length;
    } else if (length - boundary >= LONGEST_RUN && !Character.isLowSurrogate(c)) {
      boundary = length;
      count();
    }
    if (length == PIECE) {
      count();
    }
    if (over) {
      rest.add(c);
      return;
    }
    if (length == held.length) {
      held = Arrays.copyOf(held, Math.clamp(2L * length, FIRST, PIECE));
    }
    held[length++] = c;
    last = c;
  }

  /** Whether both patterns, of cl100k and of o200k, end a piece between these, whatever follows. */
  private static boolean isBoundary(char before, char after) {
    if (after == ' ') {
      return !Character.isWhitespace(before);
    }
    if (Character.isDigit(before)) {
      return !Character.isDigit(after);
    }
    return isOfWord(before) && !isOfWord(after) && after != '\'' && after != '\u2019';
  }

  private static boolean isOfWord(char c) {
    return Character.isLetter(c)
        || Character.isSurrogate(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK
        || Character.getType(c) == Character.ENCLOSING_MARK;
  }

  /** Counts up to the last boundary and keeps the rest, which is shorter than the longest run. */
  private void count() {
    int end = boundary;
    counted += counting.count(new String(held, 0, end));
    length -= end;
    System.arraycopy(held, end, held, 0, length);
    boundary = 0;
    if (clock.getAsLong() - deadline > 0) {
      over = true;
      rest.add(held, 0, length);
      length = 0;
    }
  }

  @Override
  public void end() {
    if (length > 0) {
      boundary = length;
      count();
    }
    rest.end();
  }

  @Override
  public boolean remembers() {
    return counting.remembers();
  }

  @Override
  public boolean recalls(Written written) {
    countedBefore = counted;
    Long known = over ? null : counting.recall(written);
    if (known != null) {
      counted += known;
    }
    return known != null;
  }

  /** What was estimated is not remembered as counted. */
  @Override
  public void remember(Written written) {
    if (!over) {
      counting.remember(written, counted - countedBefore);
    }
  }

  @Override
  public long tokens() {
    return counted + rest.tokens();
  }

  @Override
  public boolean isExact() {
    return rest.isExact();
  }
}
