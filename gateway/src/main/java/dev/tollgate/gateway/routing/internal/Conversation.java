package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.realtime.Passage;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.EventUsageReader;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageMeter;
import dev.tollgate.gateway.usage.UsageReader;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** What is said in one realtime conversation, as far as it is paid for. */
final class Conversation {

  private final UsageMeter meter;
  private final Admission admission;
  private final EventUsageReader usage;
  private final TurnGate gate;

  /** What of its turns had been told to the admission. */
  private long known;

  Conversation(GatewayExchange exchange) {
    this.meter = exchange.get(UsageMeter.KEY);
    this.admission = exchange.get(Admission.KEY);
    TokenUsage reserved = admission.reservedTokens();
    this.usage =
        new EventUsageReader(
            exchange.protocol(), reserved == null ? EventUsageReader.LONGEST_TURN : reserved);
    this.gate = new TurnGate(usage.client(), usage.turns(), admission, exchange.requestId());
    admission.follow(usage.turns());
  }

  /** What the conversation is settled by at its end. */
  UsageReader usage() {
    return usage;
  }

  /** Looks at a frame of the client; one at a time. */
  Passage heardFromClient(WebSocketFrame frame) {
    return isText(frame) || frame instanceof BinaryWebSocketFrame
        ? gate.judge(frame)
        : Passage.PASSES;
  }

  /** Looks at a frame of the provider; one at a time. */
  void heardFromProvider(WebSocketFrame frame) {
    if (!isText(frame)) {
      return;
    }
    meter.passed(frame.content());
    if (frame.isFinalFragment()) {
      eventEnded();
    }
  }

  private void eventEnded() {
    if (usage.eventEnded()) {
      meter.taken(usage.told());
    }
    usage.turns().settled();
    long changes = usage.turns().changes();
    if (changes != known) {
      known = changes;
      admission.turnsChanged();
    }
  }

  private static boolean isText(WebSocketFrame frame) {
    return frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame;
  }
}
