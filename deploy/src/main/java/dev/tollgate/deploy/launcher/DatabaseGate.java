package dev.tollgate.deploy.launcher;

import org.springframework.context.SmartLifecycle;

/**
 * Makes a context wait for the database after its beans are made, and before any of them starts.
 */
final class DatabaseGate implements SmartLifecycle {

  private final Runnable databaseStarted;
  private volatile boolean running;

  /**
   * A gate that opens when the call returns.
   *
   * @param databaseStarted blocks until the database can be used, throws when it does not start
   */
  DatabaseGate(Runnable databaseStarted) {
    this.databaseStarted = databaseStarted;
  }

  @Override
  public void start() {
    databaseStarted.run();
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
