package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.routing.EligibleServices;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers requests for the list of models, or for one of them. No provider's answer passes. */
final class ModelListFilter extends StageFilter {

  private static final int PROVIDERS_AT_A_TIME = 8;
  private static final String COLLECTION = "/models";

  private static final Rejection NO_MODEL =
      Rejection.of(ErrorCode.MODEL_NOT_FOUND, "The model does not exist.", "model");

  private final ProviderModels providerModels;

  ModelListFilter(ProviderModels providerModels) {
    super(PipelineStage.MODEL_LIST);
    this.providerModels = providerModels;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    ModelDialect dialect = dialect(exchange);
    if (RouteSettings.of(exchange).operation() != Operation.MODELS || dialect == null) {
      return next.proceed();
    }
    return sources(exchange, dialect)
        .map(sources -> UsableModels.of(sources, dialect, exchange.get(AppliedPolicies.KEY)))
        .flatMap(models -> answer(exchange, dialect, models));
  }

  /** OpenAI's and Anthropic's lists share a path and a route. */
  private static @Nullable ModelDialect dialect(GatewayExchange exchange) {
    return exchange.protocol() == Protocol.ANTHROPIC
        ? ModelDialect.ANTHROPIC
        : ModelDialect.of(RouteSettings.of(exchange).protocol());
  }

  private Mono<List<ModelSource>> sources(GatewayExchange exchange, ModelDialect dialect) {
    ProjectSnapshot project = exchange.get(ProjectSnapshot.KEY);
    String environment = exchange.get(Caller.KEY).environment();
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    return Flux.fromIterable(EligibleServices.of(project, dialect.protocol, environment, policies))
        .flatMapSequential(service -> source(project, service, dialect), PROVIDERS_AT_A_TIME)
        .collectList();
  }

  private Mono<ModelSource> source(
      ProjectSnapshot project, ServiceSnapshot service, ModelDialect dialect) {
    return ModelSource.needsListing(service)
        ? providerModels
            .of(project, service, dialect)
            .map(listing -> new ModelSource(service, listing))
        : Mono.just(new ModelSource(service, Listing.NOT_NEEDED));
  }

  private static Mono<Void> answer(
      GatewayExchange exchange, ModelDialect dialect, UsableModels models) {
    return switch (models) {
      case UsableModels.Unknown(Rejection reason) -> Mono.error(reason.asException());
      case UsableModels.Known known -> {
        String id = requestedId(exchange.request().getURI().getRawPath());
        ModelEntry one = id == null ? null : known.withId(id);
        if (id != null && one == null) {
          yield Mono.error(NO_MODEL.asException());
        }
        yield write(exchange.response(), one == null ? dialect.write(known.models()) : one.json());
      }
    };
  }

  /** What follows the collection in the path, decoded; null if the whole list is asked for. */
  static @Nullable String requestedId(String rawPath) {
    int end = rawPath.indexOf(COLLECTION) + COLLECTION.length();
    String rest = rawPath.substring(end);
    return rest.length() <= 1
        ? null
        : URLDecoder.decode(rest.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Mono<Void> write(ServerHttpResponse response, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    response.setStatusCode(HttpStatus.OK);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    response.getHeaders().setContentLength(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
