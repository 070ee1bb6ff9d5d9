package dev.tollgate.deploy.money;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What the provider charges for one call. Thread-safe. */
final class Bill {

  private final Call call;
  private final Price price;
  private final int inputTokens;
  private final int mostOutput;
  private final Sinks.Many<Integer> arrivals = Sinks.many().replay().latestOrDefault(0);
  private final long openedNanos = System.nanoTime();
  private int outputTokens;
  private int arrived;
  private boolean forgiven;
  private long generatedNanos = openedNanos;
  private long passedNanos = openedNanos;
  private @Nullable Long endingNanos;
  private @Nullable Long endedNanos;

  /**
   * @param mostOutput tokens that the request allows
   */
  Bill(Call call, Price price, int inputTokens, int mostOutput) {
    this.call = call;
    this.price = price;
    this.inputTokens = inputTokens;
    this.mostOutput = mostOutput;
  }

  Call call() {
    return call;
  }

  /** Words of the answer: a provider keeps to the maximum. */
  int words() {
    return Math.min(call.words(), mostOutput);
  }

  int inputTokens() {
    return inputTokens;
  }

  synchronized void generated(int tokens) {
    outputTokens += tokens;
    generatedNanos = System.nanoTime();
  }

  /** The client has a further word. */
  void arrived() {
    int now;
    synchronized (this) {
      now = ++arrived;
      passedNanos = generatedNanos;
    }
    arrivals.tryEmitNext(now).orThrow();
  }

  /** Completes when the client has so many words. */
  Mono<Void> arrived(int words) {
    return arrivals.asFlux().filter(now -> now >= words).next().then();
  }

  synchronized int outputTokens() {
    return outputTokens;
  }

  synchronized void forgive() {
    forgiven = true;
  }

  long openedNanos() {
    return openedNanos;
  }

  /** The provider is about to send the last of its answer. */
  synchronized void ending() {
    endingNanos = System.nanoTime();
  }

  /**
   * Until when the call was certainly on its way, unless its client left: the provider had not sent
   * the last of it, or generated a word that the gateway let pass.
   */
  synchronized long openUntilNanos() {
    if (!call.hasMaximum()) {
      return passedNanos;
    }
    return endingNanos == null ? Long.MAX_VALUE : endingNanos;
  }

  synchronized void end() {
    endedNanos = System.nanoTime();
  }

  /** When the connection had its answer, or was closed; null while it is being served. */
  synchronized @Nullable Long endedNanos() {
    return endedNanos;
  }

  /** Micro-dollars so far. */
  synchronized long cost() {
    return forgiven ? 0 : price.cost(inputTokens, outputTokens);
  }

  /**
   * Without the word that was underway when the gateway ended the answer: it asks for no more, and
   * cannot know of that one.
   */
  synchronized long costOfArrived() {
    return price.cost(inputTokens, arrived);
  }
}
