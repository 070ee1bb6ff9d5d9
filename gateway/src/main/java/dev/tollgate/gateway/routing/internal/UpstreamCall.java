package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.inspection.BodyEdit;
import dev.tollgate.gateway.inspection.BodyEdits;
import dev.tollgate.gateway.inspection.ModelSpan;
import dev.tollgate.gateway.inspection.PathModel;
import dev.tollgate.gateway.inspection.QueryModel;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.RouteSettings.Timeouts;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.usage.UsageMeter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request as it goes to one provider. */
final class UpstreamCall {

  private final GatewayExchange exchange;
  private final RequestContent content;
  private final ServiceSelection selection;
  private final String target;
  private final @Nullable BodyEdit askForUsage;
  private final BodyEdits edits;
  private final Timeouts timeouts;
  private volatile long sentNanos;

  private UpstreamCall(GatewayExchange exchange) {
    this.exchange = exchange;
    this.content = exchange.get(RequestContent.KEY);
    this.selection = exchange.get(ServiceSelection.KEY);
    this.timeouts = timeouts(RouteSettings.of(exchange).timeouts(), service().timeouts());
    URI uri = exchange.request().getURI();
    String requested = renamed(uri.getRawPath(), selection.upstreamModel());
    String path =
        isPassThrough()
            ? UpstreamTarget.passThrough(service(), requested)
            : UpstreamTarget.protocol(service(), requested);
    String query =
        UpstreamTarget.query(
            requestedQuery(uri.getRawQuery()), exchange.protocol() == Protocol.GEMINI);
    this.target = query == null ? path : path + "?" + query;
    this.askForUsage = asksForUsage(path) ? content.usageOption() : null;
    this.edits = edits();
  }

  static UpstreamCall of(GatewayExchange exchange) {
    return new UpstreamCall(exchange);
  }

  private BodyEdits edits() {
    BodyEdits own =
        BodyEdits.of(renaming(content.modelSpan(), selection.upstreamModel()), askForUsage);
    List<BodyEdit> demanded = exchange.find(BodyEdits.DEMANDED);
    return demanded == null ? own : own.and(demanded);
  }

  private static @Nullable BodyEdit renaming(
      @Nullable ModelSpan span, @Nullable String upstreamModel) {
    return span == null || upstreamModel == null ? null : BodyEdit.renaming(span, upstreamModel);
  }

  private static String renamed(String rawPath, @Nullable String upstreamModel) {
    return upstreamModel == null ? rawPath : PathModel.renamed(rawPath, upstreamModel);
  }

  private @Nullable String requestedQuery(@Nullable String rawQuery) {
    String upstreamModel = selection.upstreamModel();
    if (rawQuery == null || upstreamModel == null || !RouteSettings.of(exchange).webSocket()) {
      return rawQuery;
    }
    return QueryModel.renamed(rawQuery, upstreamModel);
  }

  private boolean isPassThrough() {
    return RouteSettings.of(exchange).protocol() == Protocol.PASS_THROUGH;
  }

  /** Chat and plain completions know the option; responses report their usage anyway. */
  private boolean asksForUsage(String path) {
    return exchange.protocol() == Protocol.OPENAI
        && content.stream()
        && path.endsWith("/completions")
        && service().definition().knowsStreamUsage();
  }

  private static Timeouts timeouts(Timeouts route, ServiceSnapshot.Timeouts service) {
    return new Timeouts(
        first(service.connect(), route.connect()),
        first(service.firstByte(), route.firstByte()),
        first(service.betweenChunks(), route.betweenChunks()),
        first(service.total(), route.total()));
  }

  private static Duration first(@Nullable Duration value, Duration fallback) {
    return value != null ? value : fallback;
  }

  GatewayExchange exchange() {
    return exchange;
  }

  RequestContent content() {
    return content;
  }

  ServiceSnapshot service() {
    return selection.service();
  }

  Timeouts timeouts() {
    return timeouts;
  }

  /** The model as the provider knows it; null where the request names none. */
  @Nullable String model() {
    String upstreamModel = selection.upstreamModel();
    return upstreamModel != null ? upstreamModel : content.model();
  }

  /** Whether the gateway itself asks for usage, so that the answer's extra chunk is its own. */
  boolean isAskingForUsage() {
    return askForUsage != null;
  }

  /** As a URI: Reactor Netty would match a text against an expression, at three times the cost. */
  URI uri(UpstreamCredential credential) {
    return URI.create(url(credential));
  }

  private String url(UpstreamCredential credential) {
    URI base = service().baseUrl();
    return base.getScheme() + "://" + base.getRawAuthority() + credential.addTo(target);
  }

  /** The same place, to be called as a WebSocket. */
  String webSocketUrl(UpstreamCredential credential) {
    String url = url(credential);
    return "ws" + url.substring("http".length());
  }

  /** The body to send, to be released by its receiver. */
  ByteBuf edited(ByteBuf body, ByteBufAllocator allocator) {
    return edits.applyTo(body, allocator);
  }

  void sending() {
    exchange.get(UsageMeter.KEY).sending();
    sentNanos = System.nanoTime();
  }

  /** What the gateway itself took until the request was sent, in nanoseconds. */
  long overheadNanos() {
    return sentNanos - exchange.startNanos();
  }

  /** How long the head of the answer may take from now on. */
  Duration untilHead() {
    Duration left = remaining();
    return timeouts.firstByte().compareTo(left) <= 0 ? timeouts.firstByte() : left;
  }

  /** What is left of the total time. */
  Duration remaining() {
    Duration spent = Duration.ofNanos(System.nanoTime() - exchange.startNanos());
    Duration left = timeouts.total().minus(spent);
    return left.isPositive() ? left : Duration.ofMillis(1);
  }
}
