package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * Ends the streams that outlive the drain time. The web server waits for its requests in the same
 * phase; ended streams let it go on, so that each leaves an error event and a usage row instead of
 * being cut.
 */
final class Drain implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Drain.class);
  private static final Rejection SHUTTING_DOWN =
      Rejection.of(ErrorCode.SERVICE_UNAVAILABLE, "The gateway is shutting down. Ask again.");

  private final OpenAnswers open;
  private final Duration drain;
  private volatile boolean running;

  Drain(OpenAnswers open, Duration drain) {
    this.open = open;
    this.drain = drain;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    log.info("Draining {} streams for up to {}", open.count(), drain);
    Mono.delay(drain).subscribe(tick -> open.breakOffAll(SHUTTING_DOWN));
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }
}
