package dev.tollgate.gateway.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import com.knuddels.jtokkit.api.Encoding;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how many tokens texts and their pieces have: applications send the same instructions
 * with every request, and a conversation sends all that was said before with every turn. A text
 * that has changed at its end, or that is too long to be looked up, still has pieces that are
 * known. Kept apart by owner, so that nobody can tell by the time it takes what another has sent.
 * Thread-safe.
 */
final class TextCounts {

  /** What is shorter is counted sooner than found. */
  private static final int SHORTEST = 2;

  private static final int CHARS = 8_000_000;
  private static final int OVERHEAD_OF_ONE = 100;

  /**
   * These are people's own words, that nobody asked to be kept: they stay in memory no longer than
   * until the next turn of a conversation may be expected, however little else there is to hold.
   */
  private static final Duration UNUSED = Duration.ofMinutes(10);

  /**
   * Whoever reads notes it no more often: a note took as long as the rest of the look-up, and some
   * texts are looked up with every request.
   */
  private static final long NOTED_EACH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Cache<Text, Count> counts;
  private final Policy<Text, Count> quietly;
  private final Ticker ticker;

  TextCounts() {
    this(Ticker.systemTicker(), Scheduler.systemScheduler());
  }

  /**
   * @param scheduler lets what is unused go where nobody asks for anything any more
   */
  TextCounts(Ticker ticker, Scheduler scheduler) {
    this.ticker = ticker;
    this.counts =
        Caffeine.newBuilder()
            .maximumWeight(CHARS)
            .weigher((Text text, Count count) -> text.length() + OVERHEAD_OF_ONE)
            .expireAfterAccess(UNUSED)
            .ticker(ticker)
            .scheduler(scheduler)
            .executor(Runnable::run)
            .build();
    this.quietly = counts.policy();
  }

  /** Of a text, and when a reader last noted that it is in use. */
  private static final class Count {

    private final long tokens;
    private volatile long notedNanos;

    Count(long tokens, long notedNanos) {
      this.tokens = tokens;
      this.notedNanos = notedNanos;
    }
  }

  private @Nullable Count find(Text text) {
    Count known = quietly.getIfPresentQuietly(text);
    if (known != null) {
      long now = ticker.read();
      if (now - known.notedNanos >= NOTED_EACH_NANOS) {
        known.notedNanos = now;
        var _ = counts.getIfPresent(text);
      }
    }
    return known;
  }

  private void keep(Text text, long tokens) {
    counts.put(text, new Count(tokens, ticker.read()));
  }

  /**
   * A text. Ordered, so that texts that somebody has made up with equal hashes are found as soon as
   * others.
   *
   * @param written a whole one; nothing where it is a piece
   * @param piece empty where it is a whole one
   */
  private record Text(String owner, Encoding encoding, Written written, String piece)
      implements Comparable<Text> {

    private static final Comparator<Text> ORDER =
        Comparator.comparing(Text::written)
            .thenComparing(Text::piece)
            .thenComparing(Text::owner)
            .thenComparing(one -> one.encoding().getName());

    int length() {
      return written.length() + piece.length();
    }

    @Override
    public int compareTo(Text other) {
      return ORDER.compare(this, other);
    }
  }

  /** How many texts and pieces are in memory. */
  long size() {
    return counts.estimatedSize();
  }

  /** Counts, and remembers, for one owner. */
  CountedText.Counting of(String owner, Encoding encoding) {
    return new OfOwner(owner, encoding);
  }

  private final class OfOwner implements CountedText.Counting {

    private final String owner;
    private final Encoding encoding;

    OfOwner(String owner, Encoding encoding) {
      this.owner = owner;
      this.encoding = encoding;
    }

    @Override
    public long count(String piece) {
      if (piece.length() < SHORTEST) {
        return encoding.countTokensOrdinary(piece);
      }
      Text text = new Text(owner, encoding, Written.NOTHING, piece);
      Count known = find(text);
      if (known != null) {
        return known.tokens;
      }
      long counted = encoding.countTokensOrdinary(piece);
      keep(text, counted);
      return counted;
    }

    @Override
    public boolean remembers() {
      return true;
    }

    @Override
    public @Nullable Long recall(Written written) {
      Count known = find(new Text(owner, encoding, written, ""));
      return known == null ? null : known.tokens;
    }

    @Override
    public void remember(Written written, long tokens) {
      keep(new Text(owner, encoding, written, ""), tokens);
    }
  }
}
