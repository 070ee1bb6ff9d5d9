package dev.tollgate.gateway.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The lines of the access log from when it is made until it is closed. */
public final class AccessLogLines implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("tollgate.access");
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getFormattedMessage());
        }
      };

  public AccessLogLines() {
    appender.start();
    logger.addAppender(appender);
  }

  /** Takes the next line, as soon as it is there. */
  public String next() throws InterruptedException {
    return Objects.requireNonNull(
        lines.poll(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS), "no line in time");
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
  }
}
