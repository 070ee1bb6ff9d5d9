package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Every feature that a request uses: by its path, and by what its body really contains. */
final class UsedFeatures {

  private static final Features VISION = Features.of(Feature.VISION);

  /** What the lines of a batch's file may ask for; nobody has seen them. */
  private static final Features UNSEEN_IN_BATCH =
      Features.of(
          Feature.CHAT_COMPLETION,
          Feature.COMPLETIONS,
          Feature.EMBEDDINGS,
          Feature.IMAGES,
          Feature.MODERATIONS,
          Feature.FUNCTION_CALLING,
          Feature.VISION,
          Feature.STRUCTURED_OUTPUTS,
          Feature.WEB_SEARCH,
          Feature.PROMPT_CACHING,
          Feature.MESSAGE_TRANSFORMS);

  /** What an endpoint of a model's provider that the gateway does not know may do. */
  private static final Features UNKNOWN =
      Features.of(Feature.CHAT_COMPLETION, Feature.COMPLETIONS, Feature.EMBEDDINGS, Feature.IMAGES);

  private UsedFeatures() {}

  static Features of(GatewayExchange exchange) {
    RequestContent content = exchange.get(RequestContent.KEY);
    Operation operation = operation(exchange);
    Features used = content.features();
    if (RouteSettings.of(exchange).operation() == Operation.PASSTHROUGH) {
      used = passedThrough(exchange, content, operation);
    }
    if (content.stream() && operation != Operation.REALTIME) {
      used = used.and(Feature.STREAMING);
    }
    // A picture that is to be changed is not looked at.
    return operation == Operation.IMAGES
        ? used.without(VISION).and(Feature.IMAGES)
        : used.and(ofOperation(operation, content)).and(ofModels(content));
  }

  /** Whether a batch is meant, whose models and features stand where nobody sees them. */
  static boolean isBatch(GatewayExchange exchange) {
    return operation(exchange) == Operation.BATCHES;
  }

  /** What stands in a body that was not read, only where there is somebody to read it. */
  private static Features passedThrough(
      GatewayExchange exchange, RequestContent content, Operation operation) {
    boolean models = ModelAccessFilter.runsModels(exchange);
    boolean kept =
        content.body() instanceof Body.Passing && (!models || ModelAccessFilter.isFile(exchange));
    Features used = (kept ? Features.NONE : content.features()).and(Feature.PASSTHROUGH);
    if (!models) {
      return used;
    }
    boolean unknown = operation == Operation.PASSTHROUGH && !(content.body() instanceof Body.None);
    return used.and(ofPath(exchange.request().getURI().getRawPath()))
        .and(unknown ? UNKNOWN : Features.NONE);
  }

  private static Features ofPath(String rawPath) {
    Features used =
        OperationOfPath.keepsPrompts(rawPath) ? Features.of(Feature.PROMPT_CACHING) : Features.NONE;
    return OperationOfPath.predicts(rawPath) ? used.and(Feature.EMBEDDINGS) : used;
  }

  private static Operation operation(GatewayExchange exchange) {
    Operation operation = RouteSettings.of(exchange).operation();
    if (operation != Operation.PASSTHROUGH || !ModelAccessFilter.runsModels(exchange)) {
      return operation;
    }
    Operation below = OperationOfPath.belowService(exchange.request().getURI().getRawPath());
    return below == null ? operation : below;
  }

  private static Features ofOperation(Operation operation, RequestContent content) {
    return switch (operation) {
      case CHAT_COMPLETION -> Features.of(Feature.CHAT_COMPLETION);
      case COMPLETIONS -> Features.of(Feature.COMPLETIONS);
      case EMBEDDINGS -> Features.of(Feature.EMBEDDINGS);
      case IMAGES -> Features.of(Feature.IMAGES);
      case AUDIO -> Features.of(Feature.AUDIO);
      case MODERATIONS -> Features.of(Feature.MODERATIONS);
      case FILES -> Features.of(Feature.FILES, Feature.BATCH_PROCESSING);
      case BATCHES -> ofBatch(content);
      case REALTIME -> Features.of(Feature.REALTIME);
      case PASSTHROUGH -> Features.of(Feature.PASSTHROUGH);
      case MODELS -> Features.NONE;
    };
  }

  /** A batch runs what stands in a file. */
  private static Features ofBatch(RequestContent content) {
    Features files = Features.of(Feature.FILES, Feature.BATCH_PROCESSING);
    return content.body() instanceof Body.None ? files : files.and(UNSEEN_IN_BATCH);
  }

  /** Each that may run counts. */
  private static Features ofModels(RequestContent content) {
    Features used = ofModel(content.model());
    for (String other : content.otherModels()) {
      used = used.and(ofModel(other));
    }
    return used;
  }

  /** Models that search the web whatever the body says. */
  static Features ofModel(@Nullable String model) {
    if (model == null) {
      return Features.NONE;
    }
    String name = model.toLowerCase(Locale.ROOT);
    boolean searches =
        name.contains("-search-preview")
            || name.contains("-search-api")
            || name.contains(":online");
    return searches ? Features.of(Feature.WEB_SEARCH) : Features.NONE;
  }
}
