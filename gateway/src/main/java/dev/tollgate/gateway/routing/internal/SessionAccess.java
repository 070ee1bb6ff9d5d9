package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import dev.tollgate.gateway.inspection.JsonInspector;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.FeatureAccess;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.policy.ModelAccess;
import dev.tollgate.gateway.realtime.RelayEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Judges what the client of a realtime conversation says, as bodies are judged elsewhere, where
 * some document forbids a capability or a model; otherwise nothing is read. Of a message in several
 * frames the last is judged: without it the provider has no message.
 *
 * <p>For one conversation, by one thread at a time.
 */
final class SessionAccess {

  private static final JsonInspector INSPECTOR = new JsonInspector();

  /** What a message may ask for. */
  private static final Features CAPABILITIES =
      Features.of(
          Feature.FUNCTION_CALLING,
          Feature.VISION,
          Feature.STRUCTURED_OUTPUTS,
          Feature.WEB_SEARCH,
          Feature.PROMPT_CACHING,
          Feature.MESSAGE_TRANSFORMS);

  private final AppliedPolicies policies;
  private final String requestId;
  private final boolean restricted;
  private final int longest;
  private final BodyMemory.Share share;
  private ByteBuf message = Unpooled.EMPTY_BUFFER;

  /**
   * @param longest message that is read, in bytes
   * @param share what the parts of a message that is not complete are held in
   */
  SessionAccess(GatewayExchange exchange, DataSize longest, BodyMemory.Share share) {
    this.policies = exchange.get(AppliedPolicies.KEY);
    this.requestId = exchange.requestId();
    this.longest = (int) longest.toBytes();
    this.share = share;
    this.restricted =
        FeatureAccess.refusal(policies, CAPABILITIES) != null
            || ModelAccess.refusalOfUnnamed(policies) != null;
  }

  /** The end of the conversation if the client's {@code frame} must not pass, or null. */
  RelayEnd.@Nullable ByRule refusal(WebSocketFrame frame) {
    Rejection refusal = restricted ? refusalOf(frame) : null;
    return refusal == null
        ? null
        : new RelayEnd.ByRule(refusal, ErrorBodies.renderRealtimeEvent(refusal, requestId));
  }

  private @Nullable Rejection refusalOf(WebSocketFrame frame) {
    return switch (frame) {
      case TextWebSocketFrame text -> refusalOfPart(text);
      case ContinuationWebSocketFrame more -> refusalOfPart(more);
      case BinaryWebSocketFrame unreadable -> unreadable();
      default -> null;
    };
  }

  private @Nullable Rejection refusalOfPart(WebSocketFrame frame) {
    ByteBuf part = frame.content();
    if (part.readableBytes() > longest - message.readableBytes()) {
      return unreadable();
    }
    if (frame.isFinalFragment() && !message.isReadable()) {
      return refusalOfMessage(part);
    }
    try {
      share.grow(part.readableBytes());
    } catch (RejectionException full) {
      return full.rejection();
    }
    keep(part);
    return frame.isFinalFragment() ? refusalOfKept() : null;
  }

  private @Nullable Rejection refusalOfKept() {
    ByteBuf whole = message;
    message = Unpooled.EMPTY_BUFFER;
    share.shrink(whole.readableBytes());
    return refusalOfMessage(whole);
  }

  private Rejection unreadable() {
    return Rejection.of(
        ErrorCode.INVALID_REQUEST,
        "Under the key's policy only text messages of up to %d bytes pass.".formatted(longest));
  }

  /** On the heap, where a conversation that breaks off leaves nothing to be released. */
  private void keep(ByteBuf part) {
    if (!message.isReadable()) {
      message = Unpooled.buffer();
    }
    message.writeBytes(part, part.readerIndex(), part.readableBytes());
  }

  private @Nullable Rejection refusalOfMessage(ByteBuf whole) {
    return switch (INSPECTOR.inspectMessage(whole)) {
      case Malformed(String reason, var param) ->
          new Rejection(ErrorCode.INVALID_REQUEST, reason, param, null);
      case Inspected said -> refusalOf(said);
    };
  }

  private @Nullable Rejection refusalOf(Inspected said) {
    Rejection refusal = FeatureAccess.refusal(policies, said.features());
    if (refusal == null && said.model() != null) {
      refusal = ModelAccess.refusal(policies, said.model());
    }
    for (String model : said.otherModels()) {
      refusal = refusal == null ? ModelAccess.refusal(policies, model) : refusal;
    }
    return refusal;
  }
}
