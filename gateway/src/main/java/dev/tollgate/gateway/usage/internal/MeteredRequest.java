package dev.tollgate.gateway.usage.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsageReading;
import dev.tollgate.gateway.usage.UsageSink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request from the first call of a provider to its stored row: journaled before the call,
 * settled before the answer's last byte leaves, recorded at its end.
 */
final class MeteredRequest implements UsageMeter.Listener {

  private static final int CLIENT_CLOSED_REQUEST = 499;

  private final GatewayExchange exchange;
  private final Admission admission;
  private final UsageSink sink;
  private final Billing billing;
  private final InstantSource clock;
  private final Consumer<ServiceSnapshot> whenEnded;
  private final String id;
  private UsageSink.@Nullable Entry entry;

  /** The row as it was settled before the last byte left; it stands if nothing happens after it. */
  private volatile @Nullable Row settled;

  /** What the provider of a conversation has told until now. */
  private volatile Bill told = Bill.NOTHING;

  private record Row(Finished of, UsageEvent event) {}

  MeteredRequest(
      GatewayExchange exchange,
      UsageSink sink,
      Billing billing,
      InstantSource clock,
      Consumer<ServiceSnapshot> whenEnded) {
    this.exchange = exchange;
    this.admission = exchange.get(Admission.KEY);
    this.sink = sink;
    this.billing = billing;
    this.clock = clock;
    this.whenEnded = whenEnded;
    this.id = EventIds.next(admission.at());
  }

  @Override
  public void calling(ServiceSnapshot service) {
    entry = sink.admit(interrupted(service));
    admission.whenTakenChanges(() -> {
      if (settled == null) {
        note(service);
      }
    });
  }

  /** Noted at once: a gateway that is killed has told of it. */
  @Override
  public void taken(ServiceSnapshot service, TokenUsage sum, @Nullable Charge charge) {
    told = new Bill(sum, true, charge);
    note(service);
  }

  /** One after the other: what was known last is written last. */
  private synchronized void note(ServiceSnapshot service) {
    entry().settled(interrupted(service));
  }

  @Override
  public void answered(Finished soFar) {
    if (billing.isTold(soFar)) {
      Bill bill = billing.told(soFar);
      admission.settle(bill.usage(), bill.charge());
      UsageEvent row = row(soFar, bill);
      settled = new Row(soFar, row);
      entry().settled(row);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whether it is the very same end
  public void finished(Finished finished) {
    try {
      Row before = settled;
      if (before != null && before.of() == finished) {
        end(before.event());
        billing.done();
      } else if (billing.isTold(finished)) {
        settle(finished, billing.told(finished));
        billing.done();
      } else {
        billing
            .counted(finished)
            .doFinally(signal -> billing.done())
            .subscribe(bill -> settle(finished, bill));
      }
    } catch (RuntimeException | Error e) {
      billing.done();
      throw e;
    } finally {
      whenEnded.accept(finished.service());
    }
  }

  private void settle(Finished finished, Bill bill) {
    if (finished.sent()) {
      admission.settle(bill.usage(), bill.charge());
    } else {
      admission.release();
    }
    end(row(finished, bill));
  }

  private void end(UsageEvent row) {
    entry().ended(row, admission.whenStored());
  }

  private UsageSink.Entry entry() {
    UsageSink.Entry known = entry;
    if (known == null) {
      throw new IllegalStateException("no provider was called");
    }
    return known;
  }

  /** As it is if nothing more is heard of it. */
  private UsageEvent interrupted(ServiceSnapshot service) {
    Finished nothingYet =
        new Finished(
            service,
            1,
            false,
            0,
            false,
            0,
            UsageReading.NOTHING,
            0,
            null,
            Outcome.INTERRUPTED,
            null);
    Unsettled most = admission.unsettled();
    Bill bill =
        new Bill(
            most.tokens() == null ? told.usage() : most.tokens(),
            most.tokens() != null || told.estimated(),
            most.charge() == null ? told.charge() : most.charge());
    return row(nothingYet, bill);
  }

  private UsageEvent row(Finished finished, Bill bill) {
    Caller caller = exchange.get(Caller.KEY);
    long nanos = System.nanoTime() - exchange.startNanos();
    Instant end = clock.instant();
    return new UsageEvent(
        id,
        admission.at(),
        end,
        exchange.requestId(),
        caller.organizationId(),
        exchange.get(ProjectSnapshot.KEY).projectId(),
        caller.keyId(),
        caller.teamId(),
        caller.tokenId(),
        caller.environment(),
        finished.service().serviceId(),
        finished.service().name(),
        finished.service().provider(),
        exchange.protocol().id(),
        RouteSettings.of(exchange).operation().id(),
        exchange.get(RequestContent.KEY).model(),
        finished.reading().model(),
        status(finished),
        outcome(finished),
        finished.errorCode(),
        finished.streamed(),
        bill.usage(),
        bill.estimated(),
        NANOSECONDS.toMillis(nanos),
        timeToFirstToken(finished),
        finished.attempts(),
        bill.charge(),
        caller.metadata(),
        admission.alsoCountsIn());
  }

  /** What the client saw: the provider's status once its answer had begun to leave. */
  private int status(Finished finished) {
    if (exchange.response().isCommitted() && finished.status() != 0) {
      return finished.status();
    }
    return switch (finished.outcome()) {
      case COMPLETED -> finished.status();
      case CANCELLED, INTERRUPTED -> CLIENT_CLOSED_REQUEST;
      case FAILED -> StatusOfCode.of(finished.errorCode());
    };
  }

  /** An error that the provider answered with is a failure, however well it was passed on. */
  private static Outcome outcome(Finished finished) {
    return finished.outcome() == Outcome.COMPLETED && finished.status() >= 400
        ? Outcome.FAILED
        : finished.outcome();
  }

  private @Nullable Long timeToFirstToken(Finished finished) {
    return finished.firstByteNanos() == 0
        ? null
        : NANOSECONDS.toMillis(finished.firstByteNanos() - exchange.startNanos());
  }
}
