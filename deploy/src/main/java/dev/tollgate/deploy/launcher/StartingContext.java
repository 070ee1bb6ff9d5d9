package dev.tollgate.deploy.launcher;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A context that is about to serve. Closing it waits until it does, or does not start: it may serve
 * before its start has ended, and what it needs is closed after it.
 */
final class StartingContext implements AutoCloseable {

  private volatile CompletableFuture<Optional<ConfigurableApplicationContext>> context =
      CompletableFuture.completedFuture(Optional.empty());

  /** From here on it is waited for. */
  void begins() {
    context = new CompletableFuture<>();
  }

  void serves(ConfigurableApplicationContext serving) {
    context.complete(Optional.of(serving));
  }

  /** If it does not serve by the end of its start it never will. */
  void ended() {
    context.complete(Optional.empty());
  }

  @Override
  public void close() {
    context.join().ifPresent(ConfigurableApplicationContext::close);
  }
}
