package dev.tollgate.gateway.realtime;

import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds realtime conversations and keeps a ledger: every turn that it was asked for runs until it
 * is told to end it, and is billed then. Texts whose type begins with {@code test.} tell it what to
 * do.
 */
final class TalkingProvider implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final long longestTurn;
  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .handle((request, response) ->
              response.sendWebsocket(
                  this::talk, WebsocketServerSpec.builder().maxFramePayloadLength(1 << 24).build()))
          .bindNow();

  private volatile @Nullable WebsocketOutbound last;
  private volatile Ledger ledger;

  /**
   * @param longestTurn tokens that any turn may come to
   */
  TalkingProvider(long longestTurn) {
    this.longestTurn = longestTurn;
    this.ledger = new Ledger(longestTurn);
  }

  int port() {
    return server.port();
  }

  /** All that it was told, in order, but for what tells it what to do. */
  List<String> heard() {
    return ledger.heard();
  }

  /** Turns that it has ever begun. */
  int turns() {
    return ledger.turns();
  }

  /** Tokens of all turns that are over. */
  long billed() {
    return ledger.billed();
  }

  /** The most that its bill could have come to at any time. */
  long worst() {
    return ledger.worst();
  }

  /** What conversations that have begun still say is not for the new ledger. */
  void forget() {
    ledger = new Ledger(longestTurn);
  }

  /** Says something of its own accord in the last conversation; returns when it has left. */
  void say(WebSocketFrame frame) {
    Objects.requireNonNull(last).sendObject(frame).then().block(PATIENCE);
  }

  private Publisher<Void> talk(WebsocketInbound in, WebsocketOutbound out) {
    last = out;
    Ledger own = ledger;
    return in.aggregateFrames(1 << 24)
        .receive()
        .asString()
        .concatMap(text -> out.sendObject(Flux.fromIterable(own.answers(text))).then(), 0)
        .then(Mono.never());
  }

  @Override
  public void close() {
    server.disposeNow();
  }

  /** What is asked and billed, from one forgetting to the next. */
  private static final class Ledger {

    private final long longestTurn;
    private final List<String> heard = new ArrayList<>();
    private final Deque<String> open = new ArrayDeque<>();
    private int turns;
    private long billed;
    private long worst;

    Ledger(long longestTurn) {
      this.longestTurn = longestTurn;
    }

    synchronized List<String> heard() {
      return List.copyOf(heard);
    }

    synchronized int turns() {
      return turns;
    }

    synchronized long billed() {
      return billed;
    }

    synchronized long worst() {
      return worst;
    }

    synchronized List<WebSocketFrame> answers(String text) {
      JsonNode event = JSON.readTree(text);
      String type = event.path("type").asString();
      List<WebSocketFrame> answers = new ArrayList<>();
      if (!type.startsWith("test.")) {
        heard.add(text);
      }
      switch (type) {
        case "response.create", "test.begin" -> answers.add(created());
        case "response.cancel" -> answers.add(cancelled(event.path("response_id").asString()));
        case "test.done" -> {
          for (int i = event.path("turns").asInt(1); i > 0 && !open.isEmpty(); i--) {
            answers.add(done(open.element(), event.path("tokens").asLong()));
          }
        }
        case "test.fail" -> {
          if (!open.isEmpty()) {
            answers.add(failed(open.remove()));
          }
        }
        case "test.say" -> answers.add(new TextWebSocketFrame(event.path("text").asString()));
        default ->
            answers.add(new TextWebSocketFrame("{\"type\":\"heard\",\"it\":\"" + type + "\"}"));
      }
      return answers;
    }

    private WebSocketFrame created() {
      String turn = "turn_" + ++turns;
      open.add(turn);
      worst = Math.max(worst, billed + open.size() * longestTurn);
      return new TextWebSocketFrame(
          "{\"type\":\"response.created\",\"response\":{\"id\":\"%s\"}}".formatted(turn));
    }

    private WebSocketFrame done(String turn, long tokens) {
      open.remove(turn);
      billed += tokens;
      return new TextWebSocketFrame(
          """
          {"type":"response.done","response":{"id":"%s","usage":{"total_tokens":%d,"input_tokens":0,\
          "output_tokens":%d}}}\
          """
              .formatted(turn, tokens, tokens));
    }

    private WebSocketFrame cancelled(String turn) {
      return open.contains(turn)
          ? done(turn, 3)
          : new TextWebSocketFrame(
              "{\"type\":\"error\",\"error\":{\"code\":\"response_cancel_not_active\"}}");
    }

    private static WebSocketFrame failed(String turn) {
      return new TextWebSocketFrame(
          "{\"type\":\"response.done\",\"response\":{\"id\":\"%s\",\"usage\":null}}"
              .formatted(turn));
    }
  }
}
