package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Chooses the service that answers: by protocol and model, or by the name in the path. */
final class ProviderSelectionFilter extends StageFilter {

  private static final Rejection NO_MODEL =
      Rejection.of(ErrorCode.MODEL_NOT_FOUND, "The model does not exist.", "model");
  private static final Rejection NO_SERVICE =
      Rejection.of(ErrorCode.NOT_FOUND, "The path does not exist.");

  ProviderSelectionFilter() {
    super(PipelineStage.PROVIDER_SELECTION);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    boolean named = RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH;
    ServiceSelection selection = named ? byName(exchange) : byModel(exchange);
    if (selection == null) {
      return Mono.error(refusal(exchange, named).asException());
    }
    Rejection aliased = refusalOfAlias(exchange, selection);
    if (aliased != null) {
      return Mono.error(aliased.asException());
    }
    exchange.put(ServiceSelection.KEY, selection);
    return next.proceed();
  }

  private static @Nullable ServiceSelection byModel(GatewayExchange exchange) {
    return ServiceSelection.byModel(
        exchange.get(ProjectSnapshot.KEY),
        RouteSettings.of(exchange).protocol(),
        exchange.get(Caller.KEY).environment(),
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
    return unknownService ? NO_SERVICE : NO_MODEL;
  }

  /** An alias must not lead around a rule: what it stands for has to be allowed as well. */
  private static @Nullable Rejection refusalOfAlias(
      GatewayExchange exchange, ServiceSelection selection) {
    String upstreamModel = selection.upstreamModel();
    return upstreamModel == null ? null : ModelAccessFilter.refusal(exchange, upstreamModel);
  }
}
