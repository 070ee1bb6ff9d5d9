package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.observability.AccessLog;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import reactor.core.publisher.Mono;

/** Lets no request on whose caller is not known. */
final class AuthenticationFilter extends StageFilter {

  private static final String VIRTUAL_KEY = "tgk_";

  private final VirtualKeyAuthenticator virtualKeys;
  private final ProjectTokenAuthenticator projectTokens;

  AuthenticationFilter(
      VirtualKeyAuthenticator virtualKeys, ProjectTokenAuthenticator projectTokens) {
    super(PipelineStage.AUTHENTICATION);
    this.virtualKeys = virtualKeys;
    this.projectTokens = projectTokens;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    return switch (PresentedCredential.of(exchange.request(), exchange.protocol())) {
      case PresentedCredential.Absent() -> Mono.error(Rejections.MISSING.asException());
      case PresentedCredential.Ambiguous() -> Mono.error(Rejections.AMBIGUOUS.asException());
      case PresentedCredential.One(String token) ->
          authenticate(token).flatMap(outcome -> proceed(outcome, exchange, next));
    };
  }

  private Mono<Authentication> authenticate(String token) {
    return token.startsWith(VIRTUAL_KEY)
        ? virtualKeys.authenticate(token)
        : projectTokens.authenticate(token);
  }

  private static Mono<Void> proceed(Authentication outcome, GatewayExchange exchange, Next next) {
    return switch (outcome) {
      case Authentication.Rejected(var rejection, var caller) -> {
        if (caller != null) {
          note(caller, exchange);
        }
        yield Mono.error(rejection.asException());
      }
      case Authentication.Authenticated(Caller caller, CallerTerms terms) -> {
        note(caller, exchange);
        exchange.put(CallerTerms.KEY, terms);
        yield next.proceed();
      }
    };
  }

  private static void note(Caller caller, GatewayExchange exchange) {
    exchange.put(Caller.KEY, caller);
    exchange.put(AccessLog.CALLER, caller.id());
  }
}
