package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.AdmissionProperties;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.tokens.Endpoint;
import dev.tollgate.gateway.tokens.Generation;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out what a request may take at most, as far as the limits over it ask. */
final class TermsReader {

  private final InputTokens inputTokens;
  private final Prices prices;
  private final AdmissionProperties properties;
  private final InstantSource clock;

  TermsReader(
      InputTokens inputTokens, Prices prices, AdmissionProperties properties, InstantSource clock) {
    this.inputTokens = inputTokens;
    this.prices = prices;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Fails with a rejection where the request asks for more than one request may, or where its price
   * must be known and is not.
   */
  Mono<Terms> read(GatewayExchange exchange, List<LimitRules> rules, Instant at) {
    LimitedRequest request = new LimitedRequest(exchange, rules, at);
    request.refuseUnknownModels();
    if (!request.countsTokens() || !Generation.isAskedFor(exchange)) {
      return Mono.fromSupplier(() -> request.termsWithoutTokens(prices, clock));
    }
    return inputTokens
        .of(
            exchange.get(RequestContent.KEY),
            Endpoint.of(exchange),
            exchange.requestHeaders().getContentLength(),
            exchange.get(Caller.KEY).organizationId())
        .map(estimate -> request.terms(estimate, prices, properties, clock));
  }

  /**
   * What a request may come to for which no money is reserved. Costs no count: it is asked of every
   * request.
   *
   * @param counted tokens taken for it; null: nobody has counted
   */
  Unsettled most(GatewayExchange exchange, Instant at, @Nullable TokenUsage counted) {
    if (!Generation.isAskedFor(exchange) || RouteSettings.of(exchange).webSocket()) {
      return new Unsettled(counted, null);
    }
    return new LimitedRequest(exchange, List.of(), at).most(counted, prices, properties, clock);
  }
}
