package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.streaming.AnswerListing;
import dev.tollgate.gateway.tokens.TokenEstimate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one request was let in with, and what it must be settled with. Its answer is listed with it,
 * so that it can be ended where it may not go on. Thread-safe.
 */
public interface Admission extends AnswerListing {

  /** Set by the admission stage. */
  StateKey<Admission> KEY = StateKey.named("admission");

  /** When the request came: the windows of hour, day and month that it counts in. */
  Instant at();

  /** What goes in and may come out, if that was counted. */
  @Nullable TokenEstimate estimate();

  /** As {@link UsageEvent#alsoCountsIn}. */
  List<String> alsoCountsIn();

  /** The tokens that are taken for it; null: no limit asks for tokens. */
  @Nullable TokenUsage reservedTokens();

  /** What its row says if nothing more is heard of the request. */
  Unsettled unsettled();

  /** What is reserved for it; null: no limit asks for money, or its price is not known. */
  @Nullable Charge reserved();

  /** Whether a limit asks how many tokens the answer has. */
  boolean countsOutput();

  /**
   * So many output tokens of the answer have passed, by our own count.
   *
   * @return whether more may pass; else more is being taken for it, and its listed answer goes on
   *     when that is done
   */
  boolean passed(long outputTokens);

  /** It is a conversation, whose turns are counted here from now on. */
  void follow(Turns conversation);

  /** Whether enough is taken for all turns of the conversation that may be under way. */
  boolean coversTurns();

  /**
   * Takes what is missing for them, and completes when there is enough; what is taken is noted by
   * then.
   *
   * @return fails with a rejection where a limit is reached
   */
  Mono<Void> coverTurns();

  /** Turns have begun, have ended or will not be: what is taken for too many is given back. */
  void turnsChanged();

  /** A conversation goes on, and has taken so much: a turn more stays reserved. */
  void taken(TokenUsage usage, @Nullable Charge charge);

  /**
   * {@code changed} is run whenever {@link #reserved()} has changed, on any thread; not where that
   * is by {@link #taken}.
   */
  void whenTakenChanges(Runnable changed);

  /** Nobody got the request; everything is given back. As {@link #settle}, once. */
  void release();

  /**
   * The provider is done with the request; only the first call counts.
   *
   * @param usage null: nothing is known to have been used
   * @param charge null: nothing is charged
   */
  void settle(@Nullable TokenUsage usage, @Nullable Charge charge);

  /**
   * What is to be run once the row of the settled request is in the database. It holds nothing else
   * of the request, which would stay in memory until then. Never fails.
   */
  Runnable whenStored();

  /**
   * Of a request that no limit stands over.
   *
   * @param most what it may come to
   */
  static Admission unlimited(Instant at, Supplier<Unsettled> most) {
    return new Unlimited(at, most);
  }

  /** Nothing to settle. */
  record Unlimited(Instant at, Supplier<Unsettled> most) implements Admission {

    @Override
    public @Nullable TokenEstimate estimate() {
      return null;
    }

    @Override
    public List<String> alsoCountsIn() {
      return List.of();
    }

    @Override
    public @Nullable TokenUsage reservedTokens() {
      return null;
    }

    @Override
    public Unsettled unsettled() {
      return most.get();
    }

    @Override
    public @Nullable Charge reserved() {
      return null;
    }

    @Override
    public boolean countsOutput() {
      return false;
    }

    @Override
    public boolean passed(long outputTokens) {
      return true;
    }

    @Override
    public void follow(Turns conversation) {}

    @Override
    public boolean coversTurns() {
      return true;
    }

    @Override
    public Mono<Void> coverTurns() {
      return Mono.empty();
    }

    @Override
    public void turnsChanged() {}

    @Override
    public void taken(TokenUsage usage, @Nullable Charge charge) {}

    @Override
    public void whenTakenChanges(Runnable changed) {}

    @Override
    public void release() {}

    @Override
    public void settle(@Nullable TokenUsage usage, @Nullable Charge charge) {}

    @Override
    public Runnable whenStored() {
      return () -> {};
    }

    @Override
    public void add(OpenAnswer answer) {}

    @Override
    public void remove(OpenAnswer answer) {}
  }
}
