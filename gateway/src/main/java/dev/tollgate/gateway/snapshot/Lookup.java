package dev.tollgate.gateway.snapshot;

/**
 * The outcome of asking for a snapshot; never empty, so that "not there" and "could not look" are
 * not taken for one another.
 *
 * @param <T> the snapshot's type
 */
public sealed interface Lookup<T> {

  /** It exists, whatever its state. */
  record Found<T>(T value) implements Lookup<T> {}

  /** The database says that there is none. */
  record Unknown<T>() implements Lookup<T> {}

  /** The database did not answer in time, or what is in memory is too old to go by. */
  record Unavailable<T>() implements Lookup<T> {}
}
