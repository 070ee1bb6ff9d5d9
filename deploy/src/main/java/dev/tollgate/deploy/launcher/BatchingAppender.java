package dev.tollgate.deploy.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whole lines to standard error, many in one write: a system call for each line of the access log
 * was a fiftieth of a request. A line waits for a moment at most; only a process that is killed
 * takes it along.
 */
public final class BatchingAppender extends OutputStreamAppender<ILoggingEvent> {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long LONGEST_WAIT_MILLIS = 50;

  private final OutputStream target;
  private final AtomicBoolean flushIsDue = new AtomicBoolean();

  /** Made by logback.xml. */
  public BatchingAppender() {
    this(ConsoleTarget.SystemErr.getStream());
  }

  BatchingAppender(OutputStream target) {
    this.target = target;
  }

  @Override
  public void start() {
    setImmediateFlush(false);
    setOutputStream(new BufferedOutputStream(target, BUFFER_BYTES));
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    super.append(event);
    if (flushIsDue.compareAndSet(false, true)) {
      var _ =
          getContext()
              .getScheduledExecutorService()
              .schedule(this::flush, LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Writes what waits. */
  void flush() {
    flushIsDue.set(false);
    streamWriteLock.lock();
    try {
      if (getOutputStream() != null) {
        getOutputStream().flush();
      }
    } catch (IOException e) {
      addError("lines could not be written", e);
    } finally {
      streamWriteLock.unlock();
    }
  }
}
