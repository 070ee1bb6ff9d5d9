package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads a request once: JSON whole, within the route's limit, and strictly; everything else passes
 * through, counted. What is checked here is what is sent.
 */
public final class RequestInspectionFilter extends StageFilter {

  private final JsonInspector inspector = new JsonInspector();

  public RequestInspectionFilter() {
    super(PipelineStage.REQUEST_INSPECTION);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    RouteSettings settings = RouteSettings.of(exchange);
    if (settings.webSocket()) {
      return inspected(exchange, next, upgrade(exchange));
    }
    HttpHeaders headers = exchange.requestHeaders();
    BodyKind kind = BodyKind.of(headers, exchange.protocol());
    return switch (kind) {
      case NONE -> inspected(exchange, next, withoutBody(exchange));
      case JSON -> readWhole(exchange, settings.maxBody(), next);
      case OTHER -> inspected(exchange, next, passing(exchange, settings.maxStreamedBody()));
      case REFUSED ->
          Mono.error(
              invalid("Content-Type must be application/json in UTF-8, without an encoding.", null)
                  .asException());
    };
  }

  private static Mono<Void> inspected(GatewayExchange exchange, Next next, RequestContent content) {
    if (content.model() == null && mustNameModel(exchange)) {
      return Mono.error(modelMissing());
    }
    exchange.put(RequestContent.KEY, content);
    return next.proceed();
  }

  private static RequestContent withoutBody(GatewayExchange exchange) {
    PathModel path = pathModel(exchange);
    return new RequestContent(
        path == null ? null : path.model(),
        null,
        path != null && path.stream(),
        new Body.None(),
        null);
  }

  private static RequestContent upgrade(GatewayExchange exchange) {
    ServerHttpRequest request = exchange.request();
    if (!WebSocketUpgrade.isAskedForBy(request) || BodyKind.hasBody(request.getHeaders())) {
      throw invalid("This path takes WebSocket connections only.", null).asException();
    }
    String model = QueryModel.in(request.getURI().getRawQuery());
    return new RequestContent(model, null, true, new Body.None(), null);
  }

  private static RequestContent passing(GatewayExchange exchange, DataSize limit) {
    refuseLongerThan(limit, exchange.requestHeaders());
    PathModel path = pathModel(exchange);
    PassingLimit counted = new PassingLimit(limit.toBytes());
    Flux<ByteBuf> bytes =
        exchange.request().getBody().map(NettyDataBufferFactory::toByteBuf).doOnNext(counted);
    return new RequestContent(
        path == null ? null : path.model(), null, false, new Body.Passing(bytes), null);
  }

  private Mono<Void> readWhole(GatewayExchange exchange, DataSize limit, Next next) {
    refuseLongerThan(limit, exchange.requestHeaders());
    return DataBufferUtils.join(exchange.request().getBody(), (int) limit.toBytes())
        .onErrorMap(DataBufferLimitException.class, e -> tooLarge(limit).asException())
        .map(NettyDataBufferFactory::toByteBuf)
        .switchIfEmpty(Mono.error(() -> invalid("The request body is empty.", null).asException()))
        .flatMap(body -> inspectWhole(exchange, body, next));
  }

  private Mono<Void> inspectWhole(GatewayExchange exchange, ByteBuf body, Next next) {
    RequestContent content;
    try {
      content = content(exchange, body);
    } catch (RuntimeException e) {
      body.release();
      return Mono.error(e);
    }
    exchange.put(RequestContent.KEY, content);
    return next.proceed().doFinally(signal -> body.release());
  }

  private RequestContent content(GatewayExchange exchange, ByteBuf body) {
    return switch (inspector.inspect(body)) {
      case Malformed(String reason, var param) -> throw invalid(reason, param).asException();
      case Inspected inspected -> content(exchange, body, inspected);
    };
  }

  private static RequestContent content(
      GatewayExchange exchange, ByteBuf body, Inspected inspected) {
    PathModel path = pathModel(exchange);
    String model = path == null ? inspected.model() : agreed(path.model(), inspected.model());
    if (model == null && mustNameModel(exchange)) {
      throw modelMissing();
    }
    boolean stream = inspected.stream() || (path != null && path.stream());
    ModelSpan span = path == null ? inspected.modelSpan() : null;
    return new RequestContent(model, span, stream, new Body.Whole(body), inspected.usageOption());
  }

  /** A body may repeat the path's model, as Gemini's embedContent does, but not name another. */
  private static String agreed(String pathModel, @Nullable String bodyModel) {
    if (bodyModel != null
        && !bodyModel.equals(pathModel)
        && !bodyModel.equals("models/" + pathModel)) {
      throw invalid("The path and the body name two different models.", "model").asException();
    }
    return pathModel;
  }

  /** A stored prompt may bring the model of a response; nothing else works without one. */
  private static boolean mustNameModel(GatewayExchange exchange) {
    if (exchange.protocol() == Protocol.PASS_THROUGH || isPassThrough(exchange)) {
      return false;
    }
    Operation operation = RouteSettings.of(exchange).operation();
    boolean modelled =
        operation == Operation.CHAT_COMPLETION
            || operation == Operation.COMPLETIONS
            || operation == Operation.EMBEDDINGS;
    return modelled && !exchange.request().getURI().getRawPath().startsWith("/v1/responses");
  }

  private static RejectionException modelMissing() {
    return invalid("The model is missing.", "model").asException();
  }

  private static boolean isPassThrough(GatewayExchange exchange) {
    return RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH;
  }

  private static @Nullable PathModel pathModel(GatewayExchange exchange) {
    Protocol protocol = exchange.protocol();
    String path = exchange.request().getURI().getRawPath();
    boolean azure = path.startsWith("/openai/deployments/");
    return protocol == Protocol.GEMINI || azure || isPassThrough(exchange) ? checked(path) : null;
  }

  /** A name in a path is held to the same rules as one in a body. */
  private static @Nullable PathModel checked(String rawPath) {
    PathModel path = PathModel.in(rawPath);
    if (path == null) {
      return null;
    }
    try {
      var _ = ModelText.checked(path.model());
      return path;
    } catch (MalformedBodyException e) {
      throw invalid(e.malformed().reason(), e.malformed().param()).asException();
    }
  }

  private static void refuseLongerThan(DataSize limit, HttpHeaders headers) {
    if (headers.getContentLength() > limit.toBytes()) {
      throw tooLarge(limit).asException();
    }
  }

  static Rejection tooLarge(DataSize limit) {
    return Rejection.of(
        ErrorCode.REQUEST_TOO_LARGE,
        "The request body is longer than %d bytes.".formatted(limit.toBytes()));
  }

  private static Rejection invalid(String message, @Nullable String param) {
    return new Rejection(ErrorCode.INVALID_REQUEST, message, param, null);
  }

  /** How a body is read. */
  private enum BodyKind {
    NONE,
    JSON,
    OTHER,
    REFUSED;

    static BodyKind of(HttpHeaders headers, Protocol protocol) {
      if (!hasBody(headers)) {
        return NONE;
      }
      if (headers.getOrEmpty(HttpHeaders.CONTENT_TYPE).size() > 1) {
        // The provider might go by the one that was not looked at.
        return REFUSED;
      }
      String type = essence(headers.getFirst(HttpHeaders.CONTENT_TYPE));
      boolean json = type.equals("application/json") || type.endsWith("+json");
      if (json || (protocol != Protocol.PASS_THROUGH && !type.equals("multipart/form-data"))) {
        return isPlainJson(type, headers) ? JSON : REFUSED;
      }
      return OTHER;
    }

    private static boolean hasBody(HttpHeaders headers) {
      return headers.getContentLength() > 0
          || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }

    /**
     * JSON in UTF-8 with no encoding around it; a missing type is taken for JSON and read as such.
     */
    private static boolean isPlainJson(String type, HttpHeaders headers) {
      List<String> encodings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
      boolean encoded = !encodings.isEmpty() && !encodings.equals(List.of("identity"));
      return !encoded
          && (type.isEmpty() || type.equals("application/json") || type.endsWith("+json"))
          && hasUtf8(headers.getFirst(HttpHeaders.CONTENT_TYPE));
    }

    private static boolean hasUtf8(@Nullable String contentType) {
      if (contentType == null) {
        return true;
      }
      String lower = contentType.toLowerCase(Locale.ROOT);
      int charset = lower.indexOf("charset=");
      return charset < 0
          || lower.substring(charset + 8).replace("\"", "").strip().startsWith("utf-8");
    }

    private static String essence(@Nullable String contentType) {
      if (contentType == null) {
        return "";
      }
      int end = contentType.indexOf(';');
      return (end < 0 ? contentType : contentType.substring(0, end))
          .strip()
          .toLowerCase(Locale.ROOT);
    }
  }
}
