package dev.tollgate.deploy.simulator;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** A running simulated provider. Closing it closes its connections. */
public final class Simulator implements AutoCloseable {

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_HEAD_BYTES = 256 << 10;

  private final SimulatedProvider provider;
  private final RequestLog requests = new RequestLog();
  private final TokenLedger ledger = new TokenLedger();
  private final AnswerWriter writer = new AnswerWriter(ledger);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger openConnections = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final SentBytes sent = new SentBytes();
  private final AtomicReference<@Nullable Script> script = new AtomicReference<>();
  private final LoopResources loop = LoopResources.create("simulator", 1, true);
  private final DisposableServer server;

  private Simulator(SimulatorOptions options) {
    this.provider = new SimulatedProvider(options);
    this.server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(options.port())
            .runOn(loop)
            .httpRequestDecoder(decoder ->
                decoder.maxInitialLineLength(MAX_HEAD_BYTES).maxHeaderSize(MAX_HEAD_BYTES))
            .doOnChannelInit((observer, channel, remote) -> channel.pipeline().addFirst(sent))
            .doOnConnection(connection -> {
              connections.incrementAndGet();
              openConnections.incrementAndGet();
              connection.onDispose(openConnections::decrementAndGet);
            })
            .handle(this::handle)
            .bindNow();
  }

  /**
   * Listens on loopback until it is closed.
   *
   * @throws reactor.netty.ChannelBindException when the port is taken
   */
  public static Simulator start(SimulatorOptions options) {
    return new Simulator(options);
  }

  public int port() {
    return server.port();
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Says what a request gets, whatever key it shows; null: what it would get without a script. */
  public interface Script {
    @Nullable Answer answer(RecordedRequest request);
  }

  /** From now on every request gets this answer, whatever it asks and whatever key it shows. */
  public void respondWith(Answer answer) {
    respondBy(request -> answer);
  }

  /** From now on the script is asked first, for each request and by several at once. */
  public void respondBy(Script answers) {
    script.set(answers);
  }

  /** Ends {@link #respondWith} and {@link #respondBy}. */
  public void respondNormally() {
    script.set(null);
  }

  /** The newest requests, oldest first. */
  public List<RecordedRequest> requests() {
    return requests.all();
  }

  public void forgetRequests() {
    requests.clear();
  }

  public TokenLedger ledger() {
    return ledger;
  }

  /** Connections accepted since the start. */
  public int connections() {
    return connections.get();
  }

  public int openConnections() {
    return openConnections.get();
  }

  /** Requests whose client left before their answer was out. */
  public int cancelled() {
    return cancelled.get();
  }

  /** Requests that are being answered, or stalled. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Bytes that the sockets have taken since the start, heads and all. */
  public long sentBytes() {
    return sent.sum();
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
    loop.disposeLater(Duration.ZERO, STOP_TIMEOUT).block(STOP_TIMEOUT);
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    return record(request)
        .flatMap(recorded -> answer(recorded, response))
        .doOnSubscribe(subscription -> inFlight.incrementAndGet())
        .doOnCancel(cancelled::incrementAndGet)
        .doFinally(signal -> inFlight.decrementAndGet());
  }

  private Mono<RecordedRequest> record(HttpServerRequest request) {
    return request
        .receive()
        .asByteArray()
        .collect(BodyCollector::new, BodyCollector::append)
        .map(body -> recorded(request, body))
        .doOnNext(requests::add);
  }

  private Mono<Void> answer(RecordedRequest request, HttpServerResponse response) {
    Script asked = script.get();
    Answer scripted = asked == null ? null : asked.answer(request);
    Answer answer = scripted != null ? scripted : provider.answer(request);
    return Mono.defer(() -> {
      AtomicReference<io.netty.channel.@Nullable Channel> channel = new AtomicReference<>();
      response.withConnection(connection -> channel.set(connection.channel()));
      return writer.write(answer, response, java.util.Objects.requireNonNull(channel.get()));
    });
  }

  private static RecordedRequest recorded(HttpServerRequest request, BodyCollector body) {
    String uri = request.uri();
    int mark = uri.indexOf('?');
    List<Header> headers =
        request.requestHeaders().entries().stream()
            .map(entry -> new Header(entry.getKey(), entry.getValue()))
            .toList();
    return new RecordedRequest(
        request.method().name(),
        mark < 0 ? uri : uri.substring(0, mark),
        mark < 0 ? "" : uri.substring(mark + 1),
        headers,
        body.kept(),
        body.length(),
        body.sha256Hex());
  }
}
