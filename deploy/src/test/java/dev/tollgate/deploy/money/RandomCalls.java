package dev.tollgate.deploy.money;

import dev.tollgate.deploy.money.Call.Fate;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Calls of every fate, the same for the same seed. Used by one thread. */
final class RandomCalls {

  private static final int MOST_WORDS = 60;
  private static final int MOST_TOO_MANY = 20;

  /** Some steps, as the gateways of these tests take them. */
  private static final int MOST_WORDS_UNBOUNDED = 200;

  /** So that a tenth of all calls has no maximum: seven in ten can do without. */
  private static final int STREAMS_FOR_ONE_UNBOUNDED = 7;

  private static final Set<Fate> STREAMS =
      Set.of(Fate.STREAM, Fate.CUT, Fate.LEFT, Fate.LEFT_EARLY);

  /** As many of each as are to come in twenty. */
  private static final List<Fate> FATES =
      List.of(
          Fate.STREAM,
          Fate.STREAM,
          Fate.STREAM,
          Fate.STREAM,
          Fate.STREAM,
          Fate.STREAM,
          Fate.STREAM,
          Fate.WHOLE,
          Fate.WHOLE,
          Fate.WHOLE,
          Fate.WHOLE,
          Fate.WHOLE,
          Fate.CUT,
          Fate.CUT,
          Fate.CUT,
          Fate.LEFT,
          Fate.LEFT,
          Fate.LEFT,
          Fate.LEFT_EARLY,
          Fate.FAILED);

  private final Random random;
  private final String prefix;
  private final List<String> models;
  private final int mostPauseMillis;
  private int number;

  /**
   * @param prefix of the calls' ids
   * @param mostPauseMillis between two words
   */
  RandomCalls(long seed, String prefix, List<String> models, int mostPauseMillis) {
    this.random = new Random(seed);
    this.prefix = prefix;
    this.models = models;
    this.mostPauseMillis = mostPauseMillis;
  }

  Call next() {
    Fate fate = oneOf(FATES);
    // Only a stream can do without one in a small budget: it takes more as it goes.
    boolean unbounded = STREAMS.contains(fate) && between(1, STREAMS_FOR_ONE_UNBOUNDED) == 1;
    return unbounded ? unbounded(fate) : bounded(fate);
  }

  private Call bounded(Fate fate) {
    int words = between(1, MOST_WORDS);
    return new Call(
        prefix + "-" + number++,
        fate,
        oneOf(models),
        words + between(0, MOST_TOO_MANY),
        words,
        between(1, words),
        between(0, mostPauseMillis),
        Dialect.OPENAI);
  }

  /** Ends by itself, after some steps. */
  private Call unbounded(Fate fate) {
    int words = between(MOST_WORDS, MOST_WORDS_UNBOUNDED);
    return new Call(
        prefix + "-" + number++,
        fate,
        oneOf(models),
        0,
        words,
        between(1, words),
        between(0, mostPauseMillis / 4),
        Dialect.OPENAI);
  }

  List<Call> next(int count) {
    return IntStream.range(0, count).mapToObj(i -> next()).toList();
  }

  Price price() {
    return new Price(between(0, 3_000_000), between(100_000, 9_000_000));
  }

  /** Both included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
