package dev.tollgate.admin.usage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads the inbox again and again; a database that does not answer is asked again at the next turn.
 */
@Component
class InboxWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(InboxWatch.class);

  private final InboxDrain inbox;
  private final InboxProperties properties;
  private @Nullable Disposable running;

  InboxWatch(InboxDrain inbox, InboxProperties properties) {
    this.inbox = inbox;
    this.properties = properties;
  }

  @Override
  public synchronized void start() {
    running =
        Flux.interval(properties.interval())
            .onBackpressureDrop()
            .concatMap(_ -> drainOrWait(), 1)
            .subscribe();
  }

  private Mono<Void> drainOrWait() {
    return inbox
        .drain()
        .onErrorResume(failure -> {
          log.warn("the inbox could not be read: {}", failure.toString());
          return Mono.empty();
        });
  }

  @Override
  public synchronized void stop() {
    Disposable watch = running;
    if (watch != null) {
      watch.dispose();
    }
    running = null;
  }

  @Override
  public synchronized boolean isRunning() {
    return running != null;
  }
}
