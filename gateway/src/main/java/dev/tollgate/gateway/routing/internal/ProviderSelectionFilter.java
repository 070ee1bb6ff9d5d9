package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.LateModel;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.FeatureAccess;
import dev.tollgate.gateway.policy.ProviderAccess;
import dev.tollgate.gateway.routing.EligibleServices;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Chooses the service that answers: by protocol and model, or by the name in the path. */
final class ProviderSelectionFilter extends StageFilter {

  private static final Rejection NO_MODEL =
      Rejection.of(ErrorCode.MODEL_NOT_FOUND, "The model does not exist.", "model");
  private static final Rejection NO_SERVICE =
      Rejection.of(ErrorCode.NOT_FOUND, "The path does not exist.");

  private static final Rejection NOT_SERVED_LATE =
      Rejection.of(
          ErrorCode.MODEL_NOT_FOUND,
          "The model came after the file, too late to choose a service by it. Send it first.",
          "model");
  private static final Rejection NOT_RENAMED =
      Rejection.of(
          ErrorCode.INVALID_REQUEST,
          "This model has another name at the provider, which cannot be put into a form.",
          "model");

  ProviderSelectionFilter() {
    super(PipelineStage.PROVIDER_SELECTION);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    boolean named = RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH;
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    ServiceSelection selection = named ? byName(exchange) : byModel(exchange, policies);
    if (selection == null) {
      return Mono.error(refusal(exchange, named).asException());
    }
    if (!EligibleServices.isAllowed(selection.service(), policies)) {
      return Mono.error(ProviderAccess.NOT_ALLOWED.asException());
    }
    RequestContent content = exchange.get(RequestContent.KEY);
    Rejection aliased = refusalOfAlias(exchange, selection);
    if (aliased != null) {
      return Mono.error(aliased.asException());
    }
    exchange.put(ServiceSelection.KEY, selection);
    exchange.put(ServiceSnapshot.KEY, selection.service());
    LateModel late = content.lateModel();
    if (late != null) {
      late.judgedBy(model -> refusalOfLate(exchange, selection, content, model));
    }
    return next.proceed();
  }

  private static @Nullable ServiceSelection byModel(
      GatewayExchange exchange, AppliedPolicies policies) {
    return ServiceSelection.byModel(
        exchange.get(ProjectSnapshot.KEY),
        RouteSettings.of(exchange).protocol(),
        exchange.get(Caller.KEY).environment(),
        policies,
        exchange.get(RequestContent.KEY).model());
  }

  private static @Nullable ServiceSelection byName(GatewayExchange exchange) {
    return ServiceSelection.byName(
        exchange.get(ProjectSnapshot.KEY),
        UpstreamTarget.serviceName(exchange.request().getURI().getRawPath()),
        exchange.get(Caller.KEY).environment(),
        exchange.get(RequestContent.KEY).model());
  }

  private static Rejection refusal(GatewayExchange exchange, boolean named) {
    ProjectSnapshot project = exchange.get(ProjectSnapshot.KEY);
    boolean unknownService =
        named
            && project.service(UpstreamTarget.serviceName(exchange.request().getURI().getRawPath()))
                == null;
    if (unknownService) {
      return NO_SERVICE;
    }
    return !named && byModel(exchange, AppliedPolicies.NONE) != null
        ? ProviderAccess.NOT_ALLOWED
        : NO_MODEL;
  }

  /** An alias must not lead around a rule: what it stands for has to be allowed as well. */
  private static @Nullable Rejection refusalOfAlias(
      GatewayExchange exchange, ServiceSelection selection) {
    String upstreamModel = selection.upstreamModel();
    if (upstreamModel == null) {
      return null;
    }
    return exchange.get(RequestContent.KEY).body() instanceof Body.Passing
        ? NOT_RENAMED
        : refusalOfResolved(exchange, upstreamModel);
  }

  private static @Nullable Rejection refusalOfResolved(GatewayExchange exchange, String model) {
    Rejection refusal = ModelAccessFilter.refusal(exchange, model);
    return refusal != null
        ? refusal
        : FeatureAccess.refusal(exchange.get(AppliedPolicies.KEY), UsedFeatures.ofModel(model));
  }

  /** Whether the chosen service may get a model that was not known when it was chosen. */
  private static @Nullable Rejection refusalOfLate(
      GatewayExchange exchange,
      ServiceSelection selection,
      RequestContent content,
      @Nullable String model) {
    if (model == null) {
      return ModelAccessFilter.refusalOfUnnamed(exchange, content);
    }
    Rejection denied = ModelAccessFilter.refusal(exchange, model);
    if (denied != null) {
      return denied;
    }
    ServiceSelection serving = ServiceSelection.serving(selection.service(), model);
    return serving == null ? NOT_SERVED_LATE : refusalOfAlias(exchange, serving);
  }
}
