package dev.tollgate.deploy.launcher;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, to be closed in the opposite order; a step that fails stops no other. */
final class Shutdown implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Deque<AutoCloseable> steps = new ArrayDeque<>();
  private boolean begun;

  /**
   * Takes over something that runs.
   *
   * @throws LauncherException after closing it, when the shutdown has begun meanwhile
   */
  <T extends AutoCloseable> T add(T step) {
    if (!accepts(step)) {
      close(step);
      requireNotBegun();
    }
    return step;
  }

  /**
   * For a step of a start that would only be undone.
   *
   * @throws LauncherException when the shutdown has begun
   */
  void requireNotBegun() {
    if (hasBegun()) {
      throw new LauncherException("stopped while starting");
    }
  }

  synchronized boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {
    takeAll().forEach(Shutdown::close);
  }

  private synchronized boolean accepts(AutoCloseable step) {
    if (!begun) {
      steps.push(step);
    }
    return !begun;
  }

  private synchronized List<AutoCloseable> takeAll() {
    begun = true;
    List<AutoCloseable> all = new ArrayList<>(steps);
    steps.clear();
    return all;
  }

  private static void close(AutoCloseable step) {
    try {
      step.close();
    } catch (Exception e) {
      LOG.error("while stopping", e);
    }
  }
}
