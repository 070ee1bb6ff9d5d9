package dev.tollgate.gateway.routing.internal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * The routes of the route YAML, read again when it changes. A mistake at start refuses to start; a
 * mistake later is logged once and leaves the routes as they were.
 */
final class YamlRouteLocator implements RouteDefinitionLocator, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(YamlRouteLocator.class);

  private final RouteFiles files;
  private final Duration pollEvery;
  private final Scheduler blockingReads;
  private final ApplicationEventPublisher events;
  private volatile List<String> seen;
  private volatile List<RouteDefinition> definitions;
  private @Nullable Disposable polling;

  YamlRouteLocator(
      RouteFiles files,
      Duration pollEvery,
      Scheduler blockingReads,
      ApplicationEventPublisher events) {
    this.files = files;
    this.pollEvery = pollEvery;
    this.blockingReads = blockingReads;
    this.events = events;
    this.seen = files.contents();
    this.definitions = RouteFiles.parse(seen);
  }

  @Override
  public Flux<RouteDefinition> getRouteDefinitions() {
    return Flux.fromIterable(definitions);
  }

  /** Looks at the files once; package-private for tests. */
  void poll() {
    List<String> texts;
    try {
      texts = files.contents();
    } catch (RuntimeException e) {
      log.debug("Route YAML cannot be read right now: {}", e.getMessage());
      return;
    }
    if (!texts.equals(seen)) {
      seen = texts;
      reload(texts);
    }
  }

  private void reload(List<String> texts) {
    try {
      definitions = RouteFiles.parse(texts);
    } catch (InvalidRoutesException e) {
      log.error("Route YAML has changed but is not valid; the routes stay: {}", e.getMessage());
      return;
    }
    events.publishEvent(new RefreshRoutesEvent(this));
    log.info("Route YAML has changed: {} routes", definitions.size());
  }

  @Override
  public void start() {
    polling =
        Flux.interval(pollEvery, blockingReads).onBackpressureDrop().subscribe(tick -> poll());
  }

  @Override
  public void stop() {
    Disposable current = polling;
    if (current != null) {
      current.dispose();
      polling = null;
    }
  }

  @Override
  public boolean isRunning() {
    return polling != null;
  }
}
