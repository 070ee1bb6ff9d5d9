package dev.tollgate.deploy.launcher;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The admin API, which starts when it is told to, and once. Closing it waits for the end of a start
 * under way: until then it needs its database.
 */
final class AdminStart implements AutoCloseable {

  private final Supplier<ConfigurableApplicationContext> start;
  private @Nullable ConfigurableApplicationContext context;
  private boolean closed;

  AdminStart(Supplier<ConfigurableApplicationContext> start) {
    this.start = start;
  }

  /**
   * Starts it, if that has not been done. Blocks.
   *
   * @throws LauncherException when it has been closed
   */
  synchronized ConfigurableApplicationContext context() {
    if (closed) {
      throw new LauncherException("stopped while starting");
    }
    ConfigurableApplicationContext started = context == null ? start.get() : context;
    context = started;
    return started;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (context != null) {
      context.close();
    }
  }
}
