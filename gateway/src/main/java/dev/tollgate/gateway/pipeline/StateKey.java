package dev.tollgate.gateway.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names one value that a stage leaves for later stages. Each key is a constant of the package that
 * sets it, so the pipeline knows no feature and no reader casts.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // T gives the value its type in GatewayExchange
public final class StateKey<T> {

  /** More than there are constants of this type; each request holds an array of this length. */
  static final int MAXIMUM = 24;

  private static final AtomicInteger KEYS = new AtomicInteger();

  private final String name;
  private final int index = KEYS.getAndIncrement();

  private StateKey(String name) {
    if (index >= MAXIMUM) {
      throw new IllegalStateException("more than " + MAXIMUM + " state keys: raise the maximum");
    }
    this.name = name;
  }

  public static <T> StateKey<T> named(String name) {
    return new StateKey<>(name);
  }

  int index() {
    return index;
  }

  @Override
  public String toString() {
    return name;
  }
}
