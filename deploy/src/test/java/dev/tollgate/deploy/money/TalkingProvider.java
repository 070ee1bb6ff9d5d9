package dev.tollgate.deploy.money;

import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider of realtime conversations that bills: what a turn reads costs nothing, and each word
 * that it says is a token, whether or not it arrives. Turns begin at once and say nothing until
 * they may; each then says as many words as it was asked for.
 */
final class TalkingProvider implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final long longestTurn;
  private final AtomicInteger turns = new AtomicInteger();
  private final Map<String, Long> running = new HashMap<>();
  private final LoopResources loop = LoopResources.create("talking-provider", 1, true);
  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .runOn(loop)
          .handle((request, response) -> response.sendWebsocket(this::talk))
          .bindNow();

  private Sinks.Empty<Void> mayTalk = Sinks.empty();
  private long asked;
  private long said;
  private long worst;

  /**
   * @param longestTurn words that any turn may have
   */
  TalkingProvider(long longestTurn) {
    this.longestTurn = longestTurn;
  }

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** From now on turns talk, those that wait and those that come. */
  synchronized void talk() {
    mayTalk.tryEmitEmpty();
  }

  /** A new customer; turns wait. */
  synchronized void reset() {
    mayTalk = Sinks.empty();
    turns.set(0);
    running.clear();
    asked = 0;
    said = 0;
    worst = 0;
  }

  /** Turns that have begun. */
  int turns() {
    return turns.get();
  }

  /** Whether all turns have said what they were asked for. */
  synchronized boolean isSilent() {
    return said == asked;
  }

  /** Its bill. */
  synchronized long said() {
    return said;
  }

  /** The most that its bill could have come to at any time, as far as anybody knew then. */
  synchronized long worst() {
    return worst;
  }

  private Publisher<Void> talk(WebsocketInbound in, WebsocketOutbound out) {
    Sinks.Empty<Void> gone = Sinks.empty();
    in.withConnection(connection -> connection.onDispose(gone::tryEmitEmpty));
    Flux<TextWebSocketFrame> events =
        in.aggregateFrames(1 << 20)
            .receive()
            .asString()
            .map(JSON::readTree)
            .filter(event -> event.path("type").asString().equals("response.create"))
            .flatMap(event -> turn(event).takeUntilOther(gone.asMono()), 1_000)
            .map(TextWebSocketFrame::new);
    return out.sendObject(events, frame -> true).then(Mono.never());
  }

  private Flux<String> turn(JsonNode event) {
    String id = "turn_" + turns.incrementAndGet();
    long words = event.at("/response/metadata/words").asLong();
    boolean ends = event.at("/response/metadata/ends").asString().equals("true");
    return Flux.concat(
            Mono.fromSupplier(() -> begun(id, words)),
            Flux.defer(() -> waits().thenMany(words(id, words))),
            ends ? Mono.fromSupplier(() -> done(id, words)) : Mono.never())
        .doFinally(signal -> over(id));
  }

  private synchronized Mono<Void> waits() {
    return mayTalk.asMono();
  }

  private synchronized String begun(String id, long words) {
    running.put(id, 0L);
    asked += words;
    long open = running.values().stream().mapToLong(soFar -> longestTurn - soFar).sum();
    worst = Math.max(worst, said + open);
    return """
    {"type":"response.created","response":{"id":"%s"}}\
    """
        .formatted(id);
  }

  private Flux<String> words(String id, long words) {
    return Flux.interval(PAUSE).onBackpressureBuffer().take(words).map(number -> word(id));
  }

  private synchronized String word(String id) {
    said++;
    running.merge(id, 1L, Long::sum);
    return """
    {"type":"response.output_text.delta","response_id":"%s","delta":"word "}\
    """
        .formatted(id);
  }

  private synchronized String done(String id, long words) {
    over(id);
    return """
    {"type":"response.done","response":{"id":"%s","usage":{"total_tokens":%d,"input_tokens":0,\
    "output_tokens":%d}}}\
    """
        .formatted(id, words, words);
  }

  private synchronized void over(String id) {
    running.remove(id);
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
    loop.disposeLater(Duration.ZERO, STOP_TIMEOUT).block(STOP_TIMEOUT);
  }
}
