package dev.tollgate.deploy.launcher;

import org.springframework.context.SmartLifecycle;

/** Has a context wait after its beans are made, and before any of them starts. */
final class StartGate implements SmartLifecycle {

  private final Runnable before;
  private volatile boolean running;

  /**
   * A gate that opens when the call returns.
   *
   * @param before blocks until what the context needs has started, throws when it does not
   */
  StartGate(Runnable before) {
    this.before = before;
  }

  @Override
  public void start() {
    before.run();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE;
  }
}
