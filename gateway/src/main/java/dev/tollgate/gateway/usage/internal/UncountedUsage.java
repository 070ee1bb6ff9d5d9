package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.tokens.Generation;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a request used whose provider never tells, because it was cut, or by its nature: the tokens
 * that went in and those that have passed, by our own count. Keeps the request's body until then.
 */
final class UncountedUsage {

  private static final int FIRST_ERROR = 400;
  private static final int OK = 200;

  private final GatewayExchange exchange;
  private final InputTokens inputTokens;
  private final UsagePricing.OfRequest pricing;
  private final boolean generates;
  private @Nullable WholeBody held;

  /** By our own count. */
  record Counted(TokenUsage usage, @Nullable Charge charge) {}

  UncountedUsage(
      GatewayExchange exchange, InputTokens inputTokens, UsagePricing.OfRequest pricing) {
    this.exchange = exchange;
    this.inputTokens = inputTokens;
    this.pricing = pricing;
    this.generates = Generation.isAskedFor(exchange) && !RouteSettings.of(exchange).webSocket();
    boolean counted = exchange.get(Admission.KEY).estimate() != null;
    if (generates
        && !counted
        && exchange.get(RequestContent.KEY).body() instanceof Body.Whole(WholeBody body)
        && body.enter()) {
      held = body;
    }
  }

  /** Whether the answer is of a kind whose tokens can be counted as they pass. */
  boolean isCountable() {
    return generates;
  }

  /** Whether the request was sent, and nothing is known of what it cost. */
  boolean isMissing(Finished finished) {
    return generates
        && finished.sent()
        && finished.status() < FIRST_ERROR
        && finished.reading().usage() == null
        && finished.charge() == null;
  }

  /** Exactly one, whatever happens. */
  Mono<Counted> of(Finished finished) {
    TokenEstimate known = exchange.get(Admission.KEY).estimate();
    return (known != null ? Mono.just(known) : count())
        .onErrorResume(failure -> Mono.just(byLength()))
        .map(estimate -> counted(finished, estimate));
  }

  private Mono<TokenEstimate> count() {
    return Mono.defer(() ->
        inputTokens.of(
            exchange.get(RequestContent.KEY),
            exchange.protocol(),
            RouteSettings.of(exchange).operation(),
            exchange.requestHeaders().getContentLength(),
            exchange.get(Caller.KEY).organizationId()));
  }

  /** No byte is more than a token. */
  private TokenEstimate byLength() {
    long bytes = Math.max(0, exchange.requestHeaders().getContentLength());
    return new TokenEstimate(bytes, false, false, null, 1);
  }

  private Counted counted(Finished finished, TokenEstimate estimate) {
    long most = Objects.requireNonNullElse(estimate.maxOutput(), Long.MAX_VALUE);
    TokenUsage usage = new TokenUsage(estimate.input(), Math.min(finished.passed(), most), 0, 0, 0);
    UsageReading reading =
        new UsageReading(usage, finished.reading().model(), finished.reading().details());
    Charge charge =
        pricing instanceof InsuredPricing insured
            ? insured.ofCounted(finished, OK, reading)
            : pricing.charge(finished.service(), OK, reading);
    return new Counted(usage, charge);
  }

  /** The body is not needed any more. */
  synchronized void done() {
    if (held != null) {
      held.leave();
      held = null;
    }
  }
}
