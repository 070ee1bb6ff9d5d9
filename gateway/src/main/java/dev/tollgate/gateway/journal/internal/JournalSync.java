package dev.tollgate.gateway.journal.internal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the disk take what was written, again and again, on a thread of its own: a disk that is slow
 * to take it, for seconds where others write much to it too, keeps no file from being made ready.
 */
final class JournalSync implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JournalSync.class);

  private final Runnable sync;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("journal-sync").factory());

  JournalSync(Runnable sync, Duration every) {
    this.sync = sync;
    long millis = every.toMillis();
    var _ = thread.scheduleWithFixedDelay(this::sync, millis, millis, MILLISECONDS);
  }

  /** Whatever is thrown here would be the end of it, told to nobody. */
  private void sync() {
    try {
      sync.run();
    } catch (Throwable e) {
      log.error("The journal could not be written to its disk, and will be tried again", e);
    }
  }

  /** Does not wait for a disk that takes nothing. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
