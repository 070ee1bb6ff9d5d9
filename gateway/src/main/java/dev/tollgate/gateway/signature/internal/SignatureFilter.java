package dev.tollgate.gateway.signature.internal;

import dev.tollgate.crypto.signature.SignedRequest;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.inspection.RequestBody;
import dev.tollgate.gateway.network.SentTarget;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.SignatureRules;
import dev.tollgate.gateway.signature.internal.SignatureCheck.Question;
import dev.tollgate.gateway.signature.internal.SignatureCheck.Verdict;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/**
 * Lets a request that must be signed go on only when its signature is right. Its whole body is held
 * until then, before anybody reads it: no byte of a forged request is parsed or reaches a provider.
 */
final class SignatureFilter extends StageFilter {

  private final SignatureCheck check;
  private final BodyHolder bodies;

  SignatureFilter(SignatureCheck check, BodyHolder bodies) {
    super(PipelineStage.SIGNATURE);
    this.check = check;
    this.bodies = bodies;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    SignatureRules rules = exchange.get(AppliedPolicies.KEY).signature();
    if (!rules.required()) {
      return next.proceed();
    }
    return switch (exchange.get(CallerTerms.KEY)) {
      case CallerTerms.OfToken token -> refuse(SignatureRejections.CANNOT_SIGN);
      case CallerTerms.OfKey key -> filter(exchange, key, rules, next);
    };
  }

  private Mono<Void> filter(
      GatewayExchange exchange, CallerTerms.OfKey key, SignatureRules rules, Next next) {
    SentHeaders sent = SentHeaders.of(exchange.requestHeaders());
    Rejection refusal = sent.refusal(rules);
    if (refusal != null) {
      return refuse(refusal);
    }
    return Mono.using(
        () -> bodies.open(exchange),
        share -> filter(exchange, key, new Asked(sent, rules), bodies.read(exchange, share), next));
  }

  private record Asked(SentHeaders sent, SignatureRules rules) {}

  private Mono<Void> filter(
      GatewayExchange exchange,
      CallerTerms.OfKey key,
      Asked asked,
      Mono<HeldBody> read,
      Next next) {
    return Mono.usingWhen(
        read,
        body ->
            check
                .verify(
                    new Question(
                        exchange.get(Caller.KEY),
                        key,
                        request(exchange.request(), body),
                        asked.sent().headers(),
                        asked.rules()))
                .flatMap(verdict -> proceed(verdict, exchange, body, next)),
        body -> Mono.fromRunnable(body.whole()::done));
  }

  private static SignedRequest request(ServerHttpRequest request, HeldBody body) {
    return SignedRequest.of(request.getMethod().name(), SentTarget.of(request), body.sha256());
  }

  private static Mono<Void> proceed(
      Verdict verdict, GatewayExchange exchange, HeldBody body, Next next) {
    return switch (verdict) {
      case Verdict.Refused(Rejection rejection) -> refuse(rejection);
      case Verdict.Passed() -> {
        RequestBody.hold(exchange, body.whole());
        yield next.proceed();
      }
    };
  }

  private static Mono<Void> refuse(Rejection rejection) {
    return Mono.error(rejection.asException());
  }
}
