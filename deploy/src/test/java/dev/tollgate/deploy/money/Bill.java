package dev.tollgate.deploy.money;

import org.jspecify.annotations.Nullable;

/** What the provider charges for one call. Thread-safe. */
final class Bill {

  private final Call call;
  private final Price price;
  private final int inputTokens;
  private final int mostOutput;
  private int outputTokens;
  private boolean forgiven;
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
  }

  synchronized int outputTokens() {
    return outputTokens;
  }

  synchronized void forgive() {
    forgiven = true;
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
}
