package dev.tollgate.deploy.launcher.database;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database that starts in a thread of its own, beside what does not need it yet. Closing it waits
 * for the end of the start, so that nothing is left running that nobody stops.
 */
public final class StartingDatabase implements AutoCloseable {

  private final CompletableFuture<EmbeddedDatabase> started = new CompletableFuture<>();

  private StartingDatabase() {}

  /**
   * Returns at once.
   *
   * @param start starts the server, or leaves nothing behind
   * @param preparation of the server that runs; where it fails the server is stopped
   */
  public static StartingDatabase begin(
      Supplier<EmbeddedDatabase> start, Consumer<EmbeddedDatabase> preparation) {
    StartingDatabase starting = new StartingDatabase();
    Thread.ofPlatform()
        .name("database")
        .start(() -> starting.run(() -> prepared(start.get(), preparation)));
    return starting;
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is reaches who waits
  private void run(Supplier<EmbeddedDatabase> start) {
    try {
      started.complete(start.get());
    } catch (RuntimeException | Error e) {
      started.completeExceptionally(e);
    }
  }

  private static EmbeddedDatabase prepared(
      EmbeddedDatabase database, Consumer<EmbeddedDatabase> preparation) {
    try {
      preparation.accept(database);
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Blocks until it is started and prepared.
   *
   * @throws RuntimeException that either ended with
   */
  public EmbeddedDatabase await() {
    try {
      return started.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    started.handle((database, failure) -> database).thenAccept(StartingDatabase::stop).join();
  }

  private static void stop(@Nullable EmbeddedDatabase database) {
    if (database != null) {
      database.close();
    }
  }
}
