package dev.tollgate.gateway.inspection;

import static java.util.Objects.requireNonNull;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads a request once: JSON whole, within the route's limit, and strictly; a form in passing;
 * everything else passes through, counted. What is checked here is what is sent.
 */
public final class RequestInspectionFilter extends StageFilter {

  /** What Gemini's bodies put before a model's name. */
  private static final String MODELS = "models/";

  private final InspectionProperties properties;
  private final BodyMemory memory;
  private final BodyInspection inspection;

  /**
   * @param memory what all bodies together may hold
   * @param offLoop where long bodies are inspected
   */
  public RequestInspectionFilter(
      InspectionProperties properties, BodyMemory memory, Scheduler offLoop) {
    super(PipelineStage.REQUEST_INSPECTION);
    this.properties = properties;
    this.memory = memory;
    this.inspection = new BodyInspection(new JsonInspector()::inspect, offLoop);
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
        (path != null && path.stream())
            || QueryStream.in(exchange.request().getURI().getRawQuery()),
        new Body.None(),
        null,
        Features.NONE,
        List.of());
  }

  private static RequestContent upgrade(GatewayExchange exchange) {
    ServerHttpRequest request = exchange.request();
    if (!WebSocketUpgrade.isAskedForBy(request) || BodyKind.hasBody(request.getHeaders())) {
      throw invalid("This path takes WebSocket connections only.", null).asException();
    }
    String model = QueryModel.in(request.getURI().getRawQuery());
    return new RequestContent(model, null, true, new Body.None(), null, Features.NONE, List.of());
  }

  private static RequestContent passing(GatewayExchange exchange, DataSize limit) {
    refuseLongerThan(limit, exchange.requestHeaders());
    PathModel path = pathModel(exchange);
    return new RequestContent(
        path == null ? null : path.model(),
        null,
        false,
        new Body.Passing(counted(exchange, limit), null, null),
        null,
        RequestContent.UNSEEN,
        List.of());
  }

  private static Flux<ByteBuf> counted(GatewayExchange exchange, DataSize limit) {
    PassingLimit counted = new PassingLimit(limit.toBytes());
    return RequestBody.of(exchange).map(NettyDataBufferFactory::toByteBuf).doOnNext(counted);
  }

  private Mono<Void> readForm(GatewayExchange exchange, DataSize limit, Next next) {
    refuseLongerThan(limit, exchange.requestHeaders());
    MultipartGate gate = gate(exchange);
    BodyMemory.Share share = memory.open(exchange.get(Caller.KEY).organizationId());
    if (!RequestBody.isHeld(exchange)) {
      share.grow(held(exchange.requestHeaders(), properties.holdForm()));
    }
    return new MultipartReading(gate)
        .read(
            counted(exchange, limit),
            (bytes, late) -> inspected(exchange, next, formContent(gate, bytes, late)))
        .doFinally(signal -> share.close());
  }

  /** What of a body of this length, if it is known, may be held at once. */
  private static long held(HttpHeaders headers, DataSize most) {
    long length = headers.getContentLength();
    return length < 0 ? most.toBytes() : Math.min(length, most.toBytes());
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

  static FormModel formModel(GatewayExchange exchange) {
    return FormModel.of(
        RouteSettings.of(exchange).operation(), exchange.request().getURI().getRawPath());
  }

  private static RequestContent formContent(
      MultipartGate gate, Flux<ByteBuf> bytes, @Nullable LateModel late) {
    return new RequestContent(
        gate.model(),
        null,
        gate.stream(),
        new Body.Passing(bytes, late, gate.lateStream(), gate.choices()),
        null,
        Features.NONE,
        List.of());
  }

  private Mono<Void> readWhole(GatewayExchange exchange, DataSize routeLimit, Next next) {
    DataSize limit = memory.bounded(routeLimit);
    HttpHeaders headers = exchange.requestHeaders();
    refuseLongerThan(limit, headers);
    BodyMemory.Share share = memory.open(exchange.get(Caller.KEY).organizationId());
    if (!RequestBody.isHeld(exchange)) {
      share.grow(Math.max(0, headers.getContentLength()));
    }
    Flux<ByteBuf> bytes = countedIn(share, exchange).map(NettyDataBufferFactory::toByteBuf);
    return JoinedBody.upTo(limit.toBytes(), bytes, () -> tooLarge(limit).asException())
        .map(joined -> new WholeBody(joined, () -> released(exchange, share)))
        .flatMap(body -> inspectWhole(exchange, body, next))
        .doFinally(signal -> share.close());
  }

  private static void released(GatewayExchange exchange, BodyMemory.Share share) {
    RequestBody.read(exchange);
    share.close();
  }

  /** A body whose length is known, or that is held by a stage before, has its share already. */
  private static Flux<DataBuffer> countedIn(BodyMemory.Share share, GatewayExchange exchange) {
    Flux<DataBuffer> body = RequestBody.of(exchange);
    boolean counted =
        exchange.requestHeaders().getContentLength() >= 0 || RequestBody.isHeld(exchange);
    return counted ? body : body.doOnNext(share::take);
  }

  private Mono<Void> inspectWhole(GatewayExchange exchange, WholeBody body, Next next) {
    if (!body.bytes().isReadable()) {
      body.done();
      return Mono.error(invalid("The request body is empty.", null).asException());
    }
    return inspection
        .inspect(body)
        .flatMap(found -> {
          exchange.put(RequestContent.KEY, content(exchange, body, found));
          return next.proceed();
        })
        .doFinally(signal -> body.done());
  }

  private static RequestContent content(
      GatewayExchange exchange, WholeBody body, Inspection inspection) {
    return switch (inspection) {
      case Malformed(String reason, var param) -> throw invalid(reason, param).asException();
      case Inspected inspected -> content(exchange, body, inspected);
    };
  }

  private static RequestContent content(
      GatewayExchange exchange, WholeBody body, Inspected inspected) {
    PathModel path = pathModel(exchange);
    String model = path == null ? inspected.model() : agreed(path.model(), inspected.model());
    if (model == null && mustNameModel(exchange)) {
      throw modelMissing();
    }
    boolean stream = inspected.stream() || (path != null && path.stream());
    return new RequestContent(
        model,
        span(path, inspected),
        stream,
        new Body.Whole(body),
        inspected.usageOption(),
        inspected.features(),
        inspected.otherModels(),
        inspected.extent());
  }

  private static @Nullable ModelSpan span(@Nullable PathModel path, Inspected inspected) {
    ModelSpan span = inspected.modelSpan();
    boolean qualified = path != null && (MODELS + path.model()).equals(inspected.model());
    return span != null && qualified ? span.withNameBehind(MODELS) : span;
  }

  /** A body may repeat the path's model, as Gemini's embedContent does, but not name another. */
  private static String agreed(String pathModel, @Nullable String bodyModel) {
    if (bodyModel != null
        && !bodyModel.equals(pathModel)
        && !bodyModel.equals(MODELS + pathModel)) {
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
    try {
      PathModel path = PathModel.in(rawPath);
      if (path != null) {
        var _ = ModelText.checked(path.model());
      }
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
}
