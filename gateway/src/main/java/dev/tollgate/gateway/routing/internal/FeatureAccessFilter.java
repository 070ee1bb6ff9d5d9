package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.FeatureAccess;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.policy.OperationAccess;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/** Lets a request on only if every document that stands over it allows what it does. */
final class FeatureAccessFilter extends StageFilter {

  private static final Features STREAMING = Features.of(Feature.STREAMING);

  private static final Rejection NO_CREDENTIALS =
      Rejection.of(
          ErrorCode.OPERATION_NOT_ALLOWED,
          "The provider would give out a credential for use without the gateway.");

  FeatureAccessFilter() {
    super(PipelineStage.FEATURE_ACCESS);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    Rejection refusal = refusal(exchange, policies);
    if (refusal != null) {
      return Mono.error(refusal.asException());
    }
    judgeLateStream(exchange, policies);
    return next.proceed();
  }

  private static @Nullable Rejection refusal(GatewayExchange exchange, AppliedPolicies policies) {
    if (asksForCredential(exchange)) {
      return NO_CREDENTIALS;
    }
    Rejection refusal = OperationAccess.refusal(policies, reads(exchange));
    return refusal != null ? refusal : FeatureAccess.refusal(policies, UsedFeatures.of(exchange));
  }

  private static boolean asksForCredential(GatewayExchange exchange) {
    Operation operation = RouteSettings.of(exchange).operation();
    return (operation == Operation.PASSTHROUGH || operation == Operation.REALTIME)
        && CredentialOfPath.isAskedFor(exchange.request().getURI().getRawPath());
  }

  /** A form may ask for a stream behind its file, when the request is on its way. */
  private static void judgeLateStream(GatewayExchange exchange, AppliedPolicies policies) {
    if (exchange.get(RequestContent.KEY).body() instanceof Body.Passing passing
        && passing.lateStream() != null) {
      Rejection refusal = FeatureAccess.refusal(policies, STREAMING);
      if (refusal != null) {
        passing.lateStream().refuseWith(refusal);
      }
    }
  }

  private static boolean reads(GatewayExchange exchange) {
    HttpMethod method = exchange.request().getMethod();
    boolean get = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return get && !RouteSettings.of(exchange).webSocket();
  }
}
