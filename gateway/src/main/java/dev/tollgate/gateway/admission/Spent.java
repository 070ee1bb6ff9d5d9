package dev.tollgate.gateway.admission;

/**
 * What a request took in the end, or a part of it.
 *
 * @param inputTokens as the provider counted them, else as we did
 * @param outputTokens likewise
 * @param costMicroUsd what is charged; 0 where nothing is
 */
public record Spent(long inputTokens, long outputTokens, long costMicroUsd) {

  public static final Spent NOTHING = new Spent(0, 0, 0);

  public boolean isNothing() {
    return equals(NOTHING);
  }

  /** Both together. */
  public Spent plus(Spent other) {
    return new Spent(
        Math.addExact(inputTokens, other.inputTokens),
        Math.addExact(outputTokens, other.outputTokens),
        Math.addExact(costMicroUsd, other.costMicroUsd));
  }

  /** Without what {@code other} has of it. */
  public Spent beyond(Spent other) {
    return new Spent(
        Math.max(0, inputTokens - other.inputTokens),
        Math.max(0, outputTokens - other.outputTokens),
        Math.max(0, costMicroUsd - other.costMicroUsd));
  }

  /** What of it fits into {@code room}. */
  public Spent within(Spent room) {
    return new Spent(
        Math.min(inputTokens, room.inputTokens),
        Math.min(outputTokens, room.outputTokens),
        Math.min(costMicroUsd, room.costMicroUsd));
  }

  /** So many of it. */
  public Spent times(int many) {
    return new Spent(
        Math.multiplyExact(inputTokens, many),
        Math.multiplyExact(outputTokens, many),
        Math.multiplyExact(costMicroUsd, many));
  }
}
