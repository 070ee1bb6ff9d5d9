package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import dev.tollgate.gateway.usage.UsageSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Sees that every request that reaches a provider leaves exactly one usage row, however it ends.
 */
final class UsageMeteringFilter extends StageFilter {

  private static final int CLIENT_CLOSED_REQUEST = 499;

  private final UsageSink sink;
  private final InboxSink inbox;
  private final UsagePricing pricing;
  private final InstantSource clock;

  UsageMeteringFilter(UsageSink sink, InboxSink inbox, UsagePricing pricing, InstantSource clock) {
    super(PipelineStage.USAGE_METERING);
    this.sink = sink;
    this.inbox = inbox;
    this.pricing = pricing;
    this.clock = clock;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    UsageMeter meter = new UsageMeter(pricing.of(exchange), finished -> record(exchange, finished));
    exchange.put(UsageMeter.KEY, meter);
    return next.proceed()
        .doOnSuccess(done -> meter.requestEnded(Outcome.COMPLETED, null))
        .doOnError(failure -> meter.requestEnded(Outcome.FAILED, codeOf(failure)))
        .doOnCancel(() -> meter.requestEnded(Outcome.CANCELLED, null));
  }

  private static String codeOf(Throwable failure) {
    return failure instanceof RejectionException refused
        ? refused.rejection().code().code()
        : "internal_error";
  }

  private void record(GatewayExchange exchange, Finished finished) {
    sink.record(event(exchange, finished));
    Caller caller = exchange.get(Caller.KEY);
    if (caller.keyId() != null) {
      inbox.tell(InboxEvent.keyUsed(caller.organizationId(), caller.keyId()));
    }
    String credentialId = finished.service().credentialId();
    if (credentialId != null) {
      inbox.tell(InboxEvent.credentialUsed(caller.organizationId(), credentialId));
    }
  }

  private UsageEvent event(GatewayExchange exchange, Finished finished) {
    Caller caller = exchange.get(Caller.KEY);
    RequestContent content = exchange.get(RequestContent.KEY);
    long nanos = System.nanoTime() - exchange.startNanos();
    Instant end = clock.instant();
    UsageReading reading = finished.reading();
    return new UsageEvent(
        EventIds.next(end),
        end.minusNanos(nanos),
        end,
        exchange.requestId(),
        caller.organizationId(),
        exchange.get(ProjectSnapshot.KEY).projectId(),
        caller.keyId(),
        caller.tokenId(),
        caller.environment(),
        finished.service().serviceId(),
        finished.service().name(),
        finished.service().provider(),
        exchange.protocol().id(),
        RouteSettings.of(exchange).operation().id(),
        content.model(),
        reading.model(),
        status(exchange, finished),
        outcome(finished),
        finished.errorCode(),
        finished.streamed(),
        reading.usage(),
        Duration.ofNanos(nanos).toMillis(),
        timeToFirstToken(exchange, finished),
        finished.attempts(),
        finished.charge(),
        caller.metadata());
  }

  /** What the client saw: the provider's status once its answer had begun to leave. */
  private static int status(GatewayExchange exchange, Finished finished) {
    if (exchange.response().isCommitted() && finished.status() != 0) {
      return finished.status();
    }
    return switch (finished.outcome()) {
      case COMPLETED -> finished.status();
      case CANCELLED -> CLIENT_CLOSED_REQUEST;
      case FAILED -> StatusOfCode.of(finished.errorCode());
    };
  }

  /** An error that the provider answered with is a failure, however well it was passed on. */
  private static Outcome outcome(Finished finished) {
    return finished.outcome() == Outcome.COMPLETED && finished.status() >= 400
        ? Outcome.FAILED
        : finished.outcome();
  }

  private static @Nullable Long timeToFirstToken(GatewayExchange exchange, Finished finished) {
    return finished.firstByteNanos() == 0
        ? null
        : Duration.ofNanos(finished.firstByteNanos() - exchange.startNanos()).toMillis();
  }
}
