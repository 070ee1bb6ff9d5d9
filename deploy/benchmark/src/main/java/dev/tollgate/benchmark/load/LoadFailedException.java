package dev.tollgate.benchmark.load;

/** Requests failed, so what was measured is not what was meant. */
public final class LoadFailedException extends RuntimeException {
  LoadFailedException(String message) {
    super(message);
  }
}
