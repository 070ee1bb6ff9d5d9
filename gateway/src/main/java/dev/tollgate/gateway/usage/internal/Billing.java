package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.tokens.Endpoint;
import dev.tollgate.gateway.tokens.Generation;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one request is charged: what its provider counted; of an answer that was cut, or whose
 * provider never tells, the tokens that went in and those that have passed, by our own count; where
 * nothing can be counted, what was reserved. Keeps the request's body until then.
 */
final class Billing {

  private static final int FIRST_ERROR = 400;
  private static final int OK = 200;

  private final GatewayExchange exchange;
  private final Admission admission;
  private final InputTokens inputTokens;
  private final UsagePricing.OfRequest pricing;
  private final boolean insured;
  private final boolean generates;

  /** Of a body that passes and did not say how long it is. */
  private final @Nullable PassedBytes passing;

  private @Nullable WholeBody held;

  /**
   * @param insured whether nothing is charged for nothing
   */
  Billing(
      GatewayExchange exchange,
      InputTokens inputTokens,
      UsagePricing.OfRequest pricing,
      boolean insured) {
    this.exchange = exchange;
    this.admission = exchange.get(Admission.KEY);
    this.inputTokens = inputTokens;
    this.pricing = pricing;
    this.insured = insured;
    this.generates = Generation.isAskedFor(exchange) && !RouteSettings.of(exchange).webSocket();
    if (generates
        && admission.estimate() == null
        && exchange.get(RequestContent.KEY).body() instanceof Body.Whole(WholeBody body)
        && body.enter()) {
      held = body;
    }
    this.passing = generates ? PassedBytes.ofUnannounced(exchange) : null;
  }

  /** Whether the answer is of a kind whose tokens can be counted as they pass. */
  boolean isCountable() {
    return generates;
  }

  /** Whether nothing has to be counted. */
  boolean isTold(Finished finished) {
    if (!generates || !finished.sent() || finished.status() >= FIRST_ERROR) {
      return true;
    }
    TokenUsage usage = finished.reading().usage();
    if (usage != null) {
      return !isPart(finished);
    }
    // What an answer does not tell is only asked where a limit has to be settled.
    boolean charged = finished.outcome() == Outcome.COMPLETED || finished.charge() != null;
    return charged && !admission.countsOutput();
  }

  /** Some providers tell at the beginning of a stream what they have counted until then. */
  private static boolean isPart(Finished finished) {
    return finished.outcome() != Outcome.COMPLETED && untold(finished) > 0;
  }

  /** What has passed since the provider told, by our own count. */
  private static long untold(Finished finished) {
    return finished.passed() - finished.reading().passedWhenTold();
  }

  /** The bill where nothing has to be counted. */
  Bill told(Finished finished) {
    if (!finished.sent()) {
      return unsent(finished);
    }
    return ended(finished, bill(finished));
  }

  /** Nothing was used: it costs nothing, as what a provider refuses does. */
  private Bill unsent(Finished finished) {
    return new Bill(
        null, false, pricing.charge(finished.service(), FIRST_ERROR, UsageReading.NOTHING));
  }

  private static Bill bill(Finished finished) {
    UsageReading reading = finished.reading();
    return new Bill(reading.usage(), reading.estimated(), finished.charge());
  }

  /** The bill where tokens have to be counted; exactly one, whatever happens. */
  Mono<Bill> counted(Finished finished) {
    return estimate()
        .onErrorResume(failure -> Mono.fromSupplier(this::bound))
        .map(estimate -> ended(finished, counted(finished, estimate)))
        .onErrorResume(failure ->
            Mono.just(new Bill(finished.reading().usage(), false, admission.reserved())));
  }

  /** As it was counted before the call, when nothing of such a body had passed. */
  private Mono<TokenEstimate> estimate() {
    TokenEstimate known = admission.estimate();
    return known != null && passing == null ? Mono.just(known) : count();
  }

  private Mono<TokenEstimate> count() {
    return Mono.defer(() ->
        inputTokens.of(
            exchange.get(RequestContent.KEY),
            Endpoint.of(exchange),
            length(),
            exchange.get(Caller.KEY).organizationId()));
  }

  /** Where too many wait to be counted, the most that it can be. */
  private TokenEstimate bound() {
    return InputTokens.bound(exchange.get(RequestContent.KEY), Endpoint.of(exchange), length());
  }

  private long length() {
    return passing == null ? exchange.requestHeaders().getContentLength() : passing.bytes();
  }

  private Bill counted(Finished finished, TokenEstimate estimate) {
    TokenUsage told = finished.reading().usage();
    long most = Objects.requireNonNullElse(estimate.maxOutput(), Long.MAX_VALUE);
    long passed = Math.min(finished.passed(), most);
    boolean charged = finished.charge() != null || isNoText() || toldNothingWhole(finished);
    if (told == null && charged) {
      // What it costs is known by other means, or reserved; its tokens are used all the same.
      return admission.countsOutput()
          ? new Bill(new TokenUsage(estimate.input(), passed, 0, 0, 0), true, finished.charge())
          : Bill.NOTHING.charged(finished.charge());
    }
    TokenUsage usage =
        told == null
            ? new TokenUsage(estimate.input(), passed, 0, 0, 0)
            : new TokenUsage(
                told.input(),
                Math.min(told.output() + untold(finished), Math.max(told.output(), most)),
                told.cached(),
                told.reasoning(),
                told.cacheWrite());
    UsageReading reading = finished.reading().with(usage);
    return new Bill(usage, true, pricing.charge(finished.service(), OK, reading));
  }

  private boolean isNoText() {
    return switch (RouteSettings.of(exchange).operation()) {
      case AUDIO, IMAGES, MODERATIONS -> true;
      default -> false;
    };
  }

  /** A whole answer of tokens of sound tells nothing, and costs nothing then; no part may more. */
  private boolean isSpeech() {
    return exchange.request().getURI().getRawPath().endsWith("/audio/speech");
  }

  /** The answer may only say that the work goes on without us; what was reserved is charged. */
  private boolean toldNothingWhole(Finished finished) {
    return finished.outcome() == Outcome.COMPLETED
        && !finished.streamed()
        && admission.reserved() != null;
  }

  /**
   * Where a provider was asked, has not refused and nobody knows a charge, it is the reservation.
   */
  private Bill ended(Finished finished, Bill bill) {
    boolean unknown = bill.charge() == null && generates && finished.status() < FIRST_ERROR;
    Bill known = unknown ? reserved(finished, bill) : bill;
    return insured ? known.charged(InsuredPricing.of(finished, known)) : known;
  }

  /**
   * Of what breaks off and nobody can count, nor has reserved, the most that it may have come to.
   */
  private Bill reserved(Finished finished, Bill bill) {
    Charge reserved = admission.reserved();
    if (reserved != null || finished.outcome() == Outcome.COMPLETED || !isNoText() || isSpeech()) {
      return bill.charged(reserved);
    }
    Unsettled most = admission.unsettled();
    return new Bill(bill.usage() == null ? most.tokens() : bill.usage(), true, most.charge());
  }

  /** The body is not needed any more. */
  synchronized void done() {
    if (held != null) {
      held.leave();
      held = null;
    }
  }
}
