package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.realtime.Passage;
import dev.tollgate.gateway.realtime.RelayEnd;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.ClientEventReader;
import dev.tollgate.gateway.usage.Turns;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Lets nothing of a client through that begins a turn before all that the turn may cost is taken:
 * neither what asks for one, nor what is said aloud while the provider may begin one at the end of
 * it. What there is no room for is not passed on, and the client is told why.
 *
 * <p>For one conversation, by one thread at a time.
 */
final class TurnGate {

  private static final Passage SILENTLY = new Passage.Dropped(null);
  private static final long ASKED_AGAIN_AFTER = Duration.ofSeconds(1).toNanos();
  private static final Rejection INTERNAL =
      Rejection.of(ErrorCode.INTERNAL_ERROR, "An internal error occurred.");

  private final ClientEventReader said;
  private final Turns turns;
  private final Admission admission;
  private final String requestId;
  private int refusals;

  /** Whether the rest of the message is dropped like its beginning. */
  private boolean dropping;

  /** Whether the message has been found to ask, or to be spoken. */
  private boolean asks;

  private boolean speaks;

  /** Which turns there were when there was no room for what is said aloud; below 0: there was. */
  private long fullWith = -1;

  private long fullAt;

  /**
   * @param said is shown all messages
   * @param turns is told of what the client asks for
   */
  TurnGate(ClientEventReader said, Turns turns, Admission admission, String requestId) {
    this.said = said;
    this.turns = turns;
    this.admission = admission;
    this.requestId = requestId;
  }

  /** What becomes of a frame with a message, or a part of one. */
  Passage judge(WebSocketFrame frame) {
    boolean first = !(frame instanceof ContinuationWebSocketFrame);
    boolean last = frame.isFinalFragment();
    if (first) {
      dropping = false;
      asks = false;
      speaks = false;
    }
    if (dropping) {
      endedIf(last);
      return SILENTLY;
    }
    said.accept(frame.content());
    String id = said.eventId();
    if (said.isEventIdUnsure()) {
      turns.unsureOfIds();
    }
    String own = last ? turns.firstUse(id) : null;
    Passage passage = passage(first, id, first ? own : null);
    if (last && said.configures()) {
      turns.configures();
    }
    endedIf(last);
    return passage;
  }

  private void endedIf(boolean last) {
    if (last) {
      said.eventEnded();
    }
  }

  /**
   * @param id of the event, as far as it is known
   * @param own the same where it is known that no other event has it
   */
  private Passage passage(boolean first, @Nullable String id, @Nullable String own) {
    boolean asksNow = said.asks() && !asks;
    boolean speaksNow = said.speaks() && !speaks;
    asks |= asksNow;
    speaks |= speaksNow;
    if (speaksNow) {
      turns.heard();
    }
    if (asksNow) {
      return ask(first, id, own);
    }
    return speaksNow ? speak(first, id) : Passage.PASSES;
  }

  private Passage ask(boolean first, @Nullable String id, @Nullable String own) {
    turns.waits();
    if (admission.coversTurns()) {
      turns.sent(own);
      return Passage.PASSES;
    }
    Mono<Passage> covered =
        admission
            .coverTurns()
            .then(
                Mono.fromSupplier(() -> {
                  turns.sent(own);
                  return Passage.PASSES;
                }));
    return new Passage.Later(
        covered.onErrorResume(failure ->
            Mono.fromSupplier(() -> {
              turns.withdrawn();
              admission.turnsChanged();
              return refused(first, failure, id);
            })));
  }

  private Passage speak(boolean first, @Nullable String id) {
    if (admission.coversTurns()) {
      fullWith = -1;
      return Passage.PASSES;
    }
    long now = turns.changes();
    boolean told = fullWith == now && first;
    // A limit may have room again without any turn having ended.
    if (told && System.nanoTime() - fullAt < ASKED_AGAIN_AFTER) {
      return silently();
    }
    return new Passage.Later(
        admission
            .coverTurns()
            .then(Mono.just(Passage.PASSES))
            .onErrorResume(failure ->
                Mono.fromSupplier(() -> {
                  fullWith = now;
                  fullAt = System.nanoTime();
                  admission.turnsChanged();
                  return told ? silently() : refused(first, failure, id);
                })));
  }

  private Passage silently() {
    dropping = true;
    return SILENTLY;
  }

  /** Of a message that has begun to leave the rest cannot stay behind. */
  private Passage refused(boolean first, Throwable failure, @Nullable String id) {
    Rejection reason = failure instanceof RejectionException known ? known.rejection() : INTERNAL;
    if (!first) {
      return new Passage.Ends(
          new RelayEnd.ByRule(reason, ErrorBodies.renderRealtimeEvent(reason, requestId)));
    }
    dropping = true;
    refusals++;
    return new Passage.Dropped(
        ErrorBodies.renderRealtimeEvent(reason, "event_" + requestId + "_" + refusals, id));
  }
}
