package dev.tollgate.benchmark;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be stopped whatever happens, the last one first. Thread-safe. */
final class OpenThings implements AutoCloseable {

  private final Deque<AutoCloseable> things = new ArrayDeque<>();
  private boolean closed;

  /**
   * Takes over something that runs.
   *
   * @throws IllegalStateException after closing it, when everything is being stopped already
   */
  <T extends AutoCloseable> T add(T thing) {
    synchronized (this) {
      if (!closed) {
        things.push(thing);
        return thing;
      }
    }
    close(thing);
    throw new IllegalStateException("stopped");
  }

  @Override
  public void close() {
    while (true) {
      AutoCloseable next;
      synchronized (this) {
        closed = true;
        next = things.poll();
      }
      if (next == null) {
        return;
      }
      close(next);
    }
  }

  @SuppressWarnings("SystemOut") // the loggers may be gone already
  private static void close(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      System.err.println("while stopping: " + e);
    }
  }
}
