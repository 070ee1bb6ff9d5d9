package dev.tollgate.gateway.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Tells of what each of many requests may meet at most once in a while. */
public final class SeldomLog {

  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Logger log;
  private final LongSupplier nanoClock;
  private final AtomicBoolean first = new AtomicBoolean(true);
  private final AtomicLong told = new AtomicLong();

  public SeldomLog(Logger log, LongSupplier nanoClock) {
    this.log = log;
    this.nanoClock = nanoClock;
  }

  public void error(String message, Object... arguments) {
    long now = nanoClock.getAsLong();
    long last = told.get();
    if ((first.getAndSet(false) || now - last >= EVERY_NANOS) && told.compareAndSet(last, now)) {
      log.error(message, arguments);
    }
  }
}
