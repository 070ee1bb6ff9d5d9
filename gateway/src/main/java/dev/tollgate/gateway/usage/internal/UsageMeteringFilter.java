package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RestOfWay;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.InboxEvent.Use;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageSink;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/**
 * Sees that every request that reaches a provider leaves exactly one usage row, however it ends.
 */
final class UsageMeteringFilter extends StageFilter {

  private final UsageSink sink;
  private final InboxSink inbox;
  private final UsagePricing pricing;
  private final InputTokens inputTokens;
  private final InstantSource clock;

  UsageMeteringFilter(
      UsageSink sink,
      InboxSink inbox,
      UsagePricing pricing,
      InputTokens inputTokens,
      InstantSource clock) {
    super(PipelineStage.USAGE_METERING);
    this.sink = sink;
    this.inbox = inbox;
    this.pricing = pricing;
    this.inputTokens = inputTokens;
    this.clock = clock;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    UsagePricing.OfRequest plain = pricing.of(exchange);
    boolean insured = isInsured(exchange);
    Billing billing = new Billing(exchange, inputTokens, plain, insured);
    MeteredRequest request =
        new MeteredRequest(exchange, sink, billing, clock, service -> ended(exchange, service));
    Admission admission = exchange.get(Admission.KEY);
    RequestContent content = exchange.get(RequestContent.KEY);
    boolean counting = billing.isCountable() && (admission.countsOutput() || content.stream());
    UsageMeter meter =
        new UsageMeter(
            insured ? new InsuredPricing(plain) : plain,
            request,
            admission,
            counting ? inputTokens.ofAnswer(content) : null);
    exchange.put(UsageMeter.KEY, meter);
    return RestOfWay.watched(next.proceed(), new Ending(meter, billing));
  }

  private static boolean isInsured(GatewayExchange exchange) {
    return switch (RouteSettings.of(exchange).operation()) {
      case CHAT_COMPLETION, COMPLETIONS ->
          exchange.get(AppliedPolicies.KEY).insurance(exchange.get(Caller.KEY).keyId() != null);
      default -> false;
    };
  }

  private static String codeOf(Throwable failure) {
    return failure instanceof RejectionException refused
        ? refused.rejection().code().code()
        : "internal_error";
  }

  private void ended(GatewayExchange exchange, ServiceSnapshot service) {
    Caller caller = exchange.get(Caller.KEY);
    if (caller.keyId() != null) {
      inbox.tell(Use.ofKey(caller.organizationId(), caller.keyId()));
    }
    String credentialId = service.credentialId();
    if (credentialId != null) {
      inbox.tell(Use.ofCredential(caller.organizationId(), credentialId));
    }
  }

  /** A request that called nobody leaves no row. */
  private record Ending(UsageMeter meter, Billing billing) implements RestOfWay.Watcher {

    @Override
    public void completed() {
      meter.requestEnded(Outcome.COMPLETED, null);
    }

    @Override
    public void failed(Throwable failure) {
      meter.requestEnded(Outcome.FAILED, codeOf(failure));
    }

    @Override
    public void cancelled() {
      meter.requestEnded(Outcome.CANCELLED, null);
    }

    @Override
    public void over() {
      if (!meter.hasCalled()) {
        billing.done();
      }
    }
  }
}
