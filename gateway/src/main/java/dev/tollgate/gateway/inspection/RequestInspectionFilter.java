package dev.tollgate.gateway.inspection;

import static java.util.Objects.requireNonNull;

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
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads a request once: JSON whole, within the route's limit, and strictly; a form in passing;
 * everything else passes through, counted. What is checked here is what is sent.
 */
public final class RequestInspectionFilter extends StageFilter {

  private final JsonInspector inspector = new JsonInspector();

  private final InspectionProperties properties;

  public RequestInspectionFilter(InspectionProperties properties) {
    super(PipelineStage.REQUEST_INSPECTION);
    this.properties = properties;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    RouteSettings settings = RouteSettings.of(exchange);
    if (settings.webSocket()) {
      return inspected(exchange, next, upgrade(exchange));
    }
    return switch (BodyKind.of(exchange)) {
      case NONE -> inspected(exchange, next, withoutBody(exchange));
      case JSON -> readWhole(exchange, settings.maxBody(), next);
      case FORM -> readForm(exchange, settings.maxStreamedBody(), next);
      case OTHER -> inspected(exchange, next, passing(exchange, settings.maxStreamedBody()));
      case REFUSED ->
          Mono.error(
              invalid("The body must be JSON in UTF-8, or a form, without an encoding.", null)
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
    return new RequestContent(
        path == null ? null : path.model(),
        null,
        false,
        new Body.Passing(counted(exchange, limit), null),
        null);
  }

  private static Flux<ByteBuf> counted(GatewayExchange exchange, DataSize limit) {
    PassingLimit counted = new PassingLimit(limit.toBytes());
    return exchange.request().getBody().map(NettyDataBufferFactory::toByteBuf).doOnNext(counted);
  }

  private Mono<Void> readForm(GatewayExchange exchange, DataSize limit, Next next) {
    refuseLongerThan(limit, exchange.requestHeaders());
    MultipartGate gate = gate(exchange);
    return new MultipartReading(gate)
        .read(
            counted(exchange, limit),
            (bytes, late) -> inspected(exchange, next, formContent(gate, bytes, late)));
  }

  private MultipartGate gate(GatewayExchange exchange) {
    HttpHeaders headers = exchange.requestHeaders();
    PathModel path = pathModel(exchange);
    return new MultipartGate(
        boundary(headers),
        formModel(exchange),
        path == null ? null : path.model(),
        headers.getContentLength(),
        properties.holdForm());
  }

  private static MultipartBoundary boundary(HttpHeaders headers) {
    try {
      return MultipartBoundary.of(requireNonNull(headers.getFirst(HttpHeaders.CONTENT_TYPE)));
    } catch (MalformedBodyException e) {
      throw invalid(e.malformed().reason(), e.malformed().param()).asException();
    }
  }

  private static FormModel formModel(GatewayExchange exchange) {
    return FormModel.of(
        RouteSettings.of(exchange).operation(), exchange.request().getURI().getRawPath());
  }

  private static RequestContent formContent(
      MultipartGate gate, Flux<ByteBuf> bytes, @Nullable LateModel late) {
    return new RequestContent(
        gate.model(), null, gate.stream(), new Body.Passing(bytes, late), null);
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
    /** Its fields are read in passing. */
    FORM,
    OTHER,
    REFUSED;

    static BodyKind of(GatewayExchange exchange) {
      HttpHeaders headers = exchange.requestHeaders();
      if (!hasBody(headers)) {
        return NONE;
      }
      if (headers.getOrEmpty(HttpHeaders.CONTENT_TYPE).size() > 1) {
        // The provider might go by the one that was not looked at.
        return REFUSED;
      }
      String type = essence(headers.getFirst(HttpHeaders.CONTENT_TYPE));
      if (isJson(type)) {
        return isPlainJson(headers) ? JSON : REFUSED;
      }
      if (exchange.protocol() == Protocol.PASS_THROUGH) {
        return OTHER;
      }
      return type.equals("multipart/form-data") ? ofForm(exchange) : ofUntyped(type, headers);
    }

    private static BodyKind ofForm(GatewayExchange exchange) {
      boolean known =
          exchange.request().getMethod().equals(HttpMethod.POST)
              && formModel(exchange) != FormModel.NO_FORM;
      return known && !isEncoded(exchange.requestHeaders()) ? FORM : REFUSED;
    }

    /** A missing type is taken for JSON on a protocol's path, and read as such. */
    private static BodyKind ofUntyped(String type, HttpHeaders headers) {
      return type.isEmpty() && isPlainJson(headers) ? JSON : REFUSED;
    }

    private static boolean isJson(String type) {
      return type.equals("application/json") || type.endsWith("+json");
    }

    private static boolean hasBody(HttpHeaders headers) {
      return headers.getContentLength() > 0
          || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean isPlainJson(HttpHeaders headers) {
      return !isEncoded(headers) && hasUtf8(headers.getFirst(HttpHeaders.CONTENT_TYPE));
    }

    private static boolean isEncoded(HttpHeaders headers) {
      List<String> encodings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
      return !encodings.isEmpty() && !encodings.equals(List.of("identity"));
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
