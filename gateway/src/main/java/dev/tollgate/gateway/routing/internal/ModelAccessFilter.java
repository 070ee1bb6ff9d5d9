package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.inspection.PathModel;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.ModelAccess;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Lets a request on only if organization, project and key all allow the model that it names. */
final class ModelAccessFilter extends StageFilter {

  ModelAccessFilter() {
    super(PipelineStage.MODEL_ACCESS);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    Rejection refusal = refusal(exchange);
    return refusal == null ? next.proceed() : Mono.error(refusal.asException());
  }

  private static @Nullable Rejection refusal(GatewayExchange exchange) {
    if (RouteSettings.of(exchange).operation() == Operation.MODELS) {
      // What may not be used is not there: the list itself leaves it out.
      return null;
    }
    RequestContent content = exchange.get(RequestContent.KEY);
    for (String other : content.otherModels()) {
      Rejection refusal = refusal(exchange, other);
      if (refusal != null) {
        return refusal;
      }
    }
    String model = content.model();
    if (model != null) {
      Rejection refusal = refusalOfNamed(exchange, model);
      // Whatever a batch names for itself, its lines may name others.
      return refusal != null || !(UsedFeatures.isBatch(exchange) || isMeaningless(exchange))
          ? refusal
          : refusalOfUnnamed(exchange, content);
    }
    // A model that comes late is judged when it comes, or when the body ends without one.
    return content.lateModel() != null ? null : refusalOfUnnamed(exchange, content);
  }

  /** Whether a model is named where the provider does not look for it. */
  private static boolean isMeaningless(GatewayExchange exchange) {
    ServiceSnapshot service =
        RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH ? service(exchange) : null;
    return service != null
        && !service.runsModelOfBody()
        && PathModel.withOwner(exchange.request().getURI().getRawPath()) == null;
  }

  /** Two segments of a path may be one name; then neither that nor the first may be denied. */
  private static @Nullable Rejection refusalOfNamed(GatewayExchange exchange, String model) {
    ServiceSnapshot service =
        RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH ? service(exchange) : null;
    String withOwner =
        service == null || service.protocols().contains(Protocol.GEMINI)
            ? null
            : PathModel.withOwner(exchange.request().getURI().getRawPath());
    if (service == null || withOwner == null) {
      return refusal(exchange, model);
    }
    boolean owned = service.protocols().isEmpty();
    Rejection refusal = refusal(exchange, owned ? withOwner : model);
    return refusal != null
        ? refusal
        : ModelAccess.refusalOfDenied(exchange.get(AppliedPolicies.KEY), owned ? model : withOwner);
  }

  /** The refusal of {@code model} by any document that stands over the request. */
  static @Nullable Rejection refusal(GatewayExchange exchange, String model) {
    return ModelAccess.refusal(exchange.get(AppliedPolicies.KEY), model);
  }

  /** The refusal of a request that names no model, by any document that stands over it. */
  static @Nullable Rejection refusalOfUnnamed(GatewayExchange exchange, RequestContent content) {
    return runsSomeModel(exchange, content)
        ? ModelAccess.refusalOfUnnamed(exchange.get(AppliedPolicies.KEY))
        : null;
  }

  /**
   * Whether the provider may run a model that the request does not name: by a default, a stored
   * prompt, a batch file, or an endpoint that the gateway does not know. Without a body nothing is
   * asked of a model, but over a WebSocket; a file is only kept; a service that runs no models has
   * none to restrict.
   */
  private static boolean runsSomeModel(GatewayExchange exchange, RequestContent content) {
    RouteSettings settings = RouteSettings.of(exchange);
    if (content.body() instanceof RequestContent.Body.None) {
      return settings.webSocket();
    }
    return settings.protocol() == Protocol.PASS_THROUGH
        ? runsModels(exchange) && !isFile(exchange)
        : settings.operation() != Operation.FILES;
  }

  /** Whether the service that the path names runs models at all. */
  static boolean runsModels(GatewayExchange exchange) {
    ServiceSnapshot service = service(exchange);
    return service != null && service.runsModels();
  }

  private static @Nullable ServiceSnapshot service(GatewayExchange exchange) {
    String path = exchange.request().getURI().getRawPath();
    return exchange.get(ProjectSnapshot.KEY).service(UpstreamTarget.serviceName(path));
  }

  /** Whether a file of the service that the path names is meant. */
  static boolean isFile(GatewayExchange exchange) {
    String path = exchange.request().getURI().getRawPath();
    int end = path.indexOf('/', 1);
    String rest = end < 0 ? "" : path.substring(end);
    return rest.equals("/v1/files") || rest.startsWith("/v1/files/");
  }
}
