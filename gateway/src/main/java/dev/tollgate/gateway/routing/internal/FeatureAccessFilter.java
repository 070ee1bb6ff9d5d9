package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.OperationAccess;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/** Lets a request on only if every document that stands over it allows what it does. */
final class FeatureAccessFilter extends StageFilter {

  FeatureAccessFilter() {
    super(PipelineStage.FEATURE_ACCESS);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    Rejection refusal = refusal(exchange, exchange.get(AppliedPolicies.KEY));
    return refusal == null ? next.proceed() : Mono.error(refusal.asException());
  }

  private static @Nullable Rejection refusal(GatewayExchange exchange, AppliedPolicies policies) {
    return OperationAccess.refusal(policies, reads(exchange));
  }

  private static boolean reads(GatewayExchange exchange) {
    HttpMethod method = exchange.request().getMethod();
    boolean get = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return get && !RouteSettings.of(exchange).webSocket();
  }
}
