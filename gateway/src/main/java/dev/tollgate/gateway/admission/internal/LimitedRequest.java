package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.AdmissionProperties;
import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Demand.Lifetime;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.BodyEdit;
import dev.tollgate.gateway.inspection.BodyEdits;
import dev.tollgate.gateway.inspection.FormChoices;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.prices.PriceDecision;
import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.prices.RequestPrices;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.tokens.Endpoint;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/** One request that limits stand over. */
final class LimitedRequest {

  private static final Features SEARCH = Features.of(Feature.WEB_SEARCH);

  private static final Rejection MODEL_TOO_LATE =
      Rejection.of(
          ErrorCode.INVALID_REQUEST,
          "Limits stand over the request that depend on its model. Send the model before the file.",
          "model");
  private static final Rejection OTHER_MODELS =
      Rejection.of(
          ErrorCode.INVALID_REQUEST,
          "Limits stand over the request that depend on its model. Name one model alone.",
          "models");

  /** A request that may search does so a few times; no provider tells beforehand. */
  private static final long SEARCHES = 10;

  /** Of compressed sound a second has at least so many bytes. */
  private static final long LEAST_BYTES_OF_A_SECOND = 750;

  private final GatewayExchange exchange;
  private final List<LimitRules> rules;
  private final Instant at;
  private final RequestContent content;
  private final RouteSettings route;
  private final @Nullable Lifetime lifetime;
  private final boolean costsMoney;
  private final boolean countsTokens;

  LimitedRequest(GatewayExchange exchange, List<LimitRules> rules, Instant at) {
    this.exchange = exchange;
    this.rules = rules;
    this.at = at;
    this.content = exchange.get(RequestContent.KEY);
    this.route = RouteSettings.of(exchange);
    this.lifetime = lifetime(exchange.get(Caller.KEY));
    boolean money = lifetime != null;
    boolean tokens = false;
    for (LimitRules rule : rules) {
      OfModel own = rule.model(content.model());
      money |= !rule.costs().isSilent() || (own != null && own.limits().costPerDay() != null);
      tokens |=
          !rule.tokens().isSilent() || (own != null && own.limits().tokensPerRequest() != null);
    }
    this.costsMoney = money;
    this.countsTokens = money || tokens;
  }

  private static @Nullable Lifetime lifetime(Caller caller) {
    Long most = caller.maxCostMicroUsd();
    String tokenId = caller.tokenId();
    return most == null || tokenId == null ? null : new Lifetime(Subject.token(tokenId), most);
  }

  /** Whether any limit asks how many tokens the request has, or what they cost. */
  boolean countsTokens() {
    return countsTokens;
  }

  /** Of a request that has no model read or write, or under no limit that asks. */
  Terms termsWithoutTokens(Prices prices, InstantSource clock) {
    boolean batch =
        route.operation() == Operation.BATCHES
            && exchange.request().getMethod().equals(HttpMethod.POST);
    if (batch && costsMoney) {
      var _ = charged(RequestPrices.of(exchange, prices, clock), true);
    }
    return new Terms(demand(0, 0, 0), null, null, Pieces.NONE, Output.TAKEN);
  }

  /**
   * Refuses what a limit cannot judge: a model that comes too late, and those that may replace it.
   */
  void refuseUnknownModels() {
    boolean judged = costsMoney || rules.stream().anyMatch(rule -> !rule.models().isEmpty());
    if (!judged) {
      return;
    }
    if (content.lateModel() != null && content.model() == null) {
      throw MODEL_TOO_LATE.asException();
    }
    if (!content.otherModels().isEmpty()) {
      throw OTHER_MODELS.asException();
    }
  }

  Terms terms(
      TokenEstimate estimate, Prices prices, AdmissionProperties properties, InstantSource clock) {
    holdTo(estimate.choices());
    RequestPrices priced = RequestPrices.of(exchange, prices, clock);
    ModelPrice known = priced.priceAt(exchange.get(ServiceSnapshot.KEY));
    ModelPrice price = costsMoney ? charged(priced, false) : null;
    long input = input(estimate, known, properties);
    OutputLimits limits = new OutputLimits(rules, content.model());
    long whole = wholeOutput(estimate, known, properties);
    Output.Kind kind = kind(estimate);
    if (kind == Output.Kind.STEPS && mayReason(priced, known, estimate)) {
      // What it reasons passes unseen: steps would be taken when it is spent.
      kind = Output.Kind.TAKEN;
      whole = Math.min(whole, limits.tokensLeft(estimate));
    }
    if (kind == Output.Kind.TAKEN && demandsMaximum(limits, estimate, known, properties)) {
      whole = Math.min(whole, limits.tokensLeft(estimate));
    }
    Terms terms = new Terms(demand(input, whole, 0), estimate, price, pieces(priced), Output.TAKEN);
    Output output = limits.of(terms, kind);
    long taken =
        output.kind() == Output.Kind.STEPS
            ? Math.min(properties.firstStepTokens(), output.most())
            : whole;
    return new Terms(
        demand(input, taken, terms.costMicroUsd(taken)), estimate, price, terms.pieces(), output);
  }

  /**
   * Nothing here ends such an answer, or nothing that is hidden in it: the provider has to.
   *
   * @return whether it is asked to
   */
  private boolean demandsMaximum(
      OutputLimits limits,
      TokenEstimate estimate,
      @Nullable ModelPrice known,
      AdmissionProperties properties) {
    Long unasked =
        Endpoint.of(exchange).rule().unasked(exchange.get(ServiceSnapshot.KEY).provider());
    List<BodyEdit> demanded =
        new DemandedMaximum(known, unasked, properties.maxOutputTokens()).of(limits, estimate);
    if (!demanded.isEmpty()) {
      exchange.put(BodyEdits.DEMANDED, demanded);
    }
    return !demanded.isEmpty();
  }

  /** What a form asks for from now on comes too late. */
  private void holdTo(long choices) {
    FormChoices asked = content.body() instanceof Body.Passing form ? form.choices() : null;
    if (asked != null) {
      asked.atMost(choices);
    }
  }

  /**
   * What it may come to, whether a limit asks or not.
   *
   * @param counted tokens taken for it; null: the most that it may use
   */
  Unsettled most(
      @Nullable TokenUsage counted,
      Prices prices,
      AdmissionProperties properties,
      InstantSource clock) {
    RequestPrices priced = RequestPrices.of(exchange, prices, clock);
    ModelPrice price = priced.chargedAt(exchange.get(ServiceSnapshot.KEY));
    if (price == null) {
      return new Unsettled(counted, null);
    }
    TokenUsage most = counted == null ? most(price, properties) : counted;
    long cost = price.reservationMicroUsd(most.input(), most.output(), pieces(priced));
    return new Unsettled(most, new Charge(cost, price.version()));
  }

  private TokenUsage most(ModelPrice price, AdmissionProperties properties) {
    TokenEstimate bound =
        InputTokens.bound(
            content, Endpoint.of(exchange), exchange.requestHeaders().getContentLength());
    long output = wholeOutput(bound, price, properties);
    Long writes = price.maxOutputTokens();
    if (writes != null) {
      output = Math.min(output, bound.choices() * writes);
    }
    return new TokenUsage(input(bound, price, properties), output, 0, 0, 0);
  }

  /** Null where the request is served for nothing. */
  private @Nullable ModelPrice charged(RequestPrices priced, boolean batch) {
    return switch (priced.decisionAt(exchange.get(ServiceSnapshot.KEY), batch)) {
      case PriceDecision.Charged(ModelPrice price) -> price;
      case PriceDecision.Free() -> null;
      case PriceDecision.Refused(var rejection) -> throw rejection.asException();
    };
  }

  /** What the provider adds to the prompt may fill the model's context. */
  private long input(
      TokenEstimate estimate, @Nullable ModelPrice known, AdmissionProperties properties) {
    if (!estimate.open() && !route.webSocket()) {
      return estimate.input();
    }
    Long context = known == null ? null : known.contextTokens();
    return Math.max(
        estimate.input(), Objects.requireNonNullElse(context, properties.contextTokens()));
  }

  /** The most that the answer may have, or, of a conversation, one of its turns. */
  private static long wholeOutput(
      TokenEstimate estimate, @Nullable ModelPrice known, AdmissionProperties properties) {
    Long asked = estimate.maxOutput();
    if (asked != null) {
      return asked;
    }
    Long most = known == null ? null : known.maxOutputTokens();
    return estimate.choices() * Objects.requireNonNullElse(most, properties.maxOutputTokens());
  }

  private Output.Kind kind(TokenEstimate estimate) {
    if (route.webSocket()) {
      return Output.Kind.TURNS;
    }
    return content.stream() && estimate.maxOutput() == null ? Output.Kind.STEPS : Output.Kind.TAKEN;
  }

  private boolean mayReason(
      RequestPrices priced, @Nullable ModelPrice known, TokenEstimate estimate) {
    return HiddenReasoning.isPossible(
        priced.namesAt(exchange.get(ServiceSnapshot.KEY)), known, estimate);
  }

  private Pieces pieces(RequestPrices priced) {
    boolean searches =
        content.body() instanceof Body.Whole && content.features().common(SEARCH) != null;
    return new Pieces(
        searches ? SEARCHES : 0,
        content.extent().fileSearch() ? SEARCHES : 0,
        audioSeconds(),
        priced.asked());
  }

  private long audioSeconds() {
    if (route.operation() != Operation.AUDIO) {
      return 0;
    }
    long length = exchange.requestHeaders().getContentLength();
    return Math.ceilDiv(
        length < 0 ? route.maxStreamedBody().toBytes() : length, LEAST_BYTES_OF_A_SECOND);
  }

  private Demand demand(long inputTokens, long outputTokens, long costMicroUsd) {
    return new Demand(
        exchange.requestId(),
        exchange.get(Caller.KEY).organizationId(),
        rules,
        content.model(),
        at,
        exchange.get(AppliedPolicies.KEY).priority(exchange.get(Caller.KEY).keyId() != null),
        inputTokens,
        outputTokens,
        costMicroUsd,
        lifetime);
  }
}
