package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.ServerLimitsProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A real server behind the edge: notes what gets through, and answers it with its body's length.
 */
final class EdgeServer implements AutoCloseable {

  /** Answered when the test says so. */
  static final String HELD_PATH = "/held";

  /** Answers without reading its body. */
  static final String EARLY_PATH = "/early";

  /** Reads its body and never answers. */
  static final String MUTE_PATH = "/mute";

  record Seen(String method, String uri, List<String> keys, boolean upgrade) {}

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final Sinks.Empty<Void> release = Sinks.empty();
  private final DisposableServer server;

  EdgeServer(ServerLimitsProperties limits) {
    RequestHeadPolicy policy =
        new RequestHeadPolicy(request -> request.uri().equals("/v1/realtime"));
    server =
        new GuardedServer(limits, policy, new EdgeMeters(meters), peer -> false)
            .apply(HttpServer.create().host("127.0.0.1").port(0))
            .handle(this::answer)
            .bindNow();
  }

  static ServerLimitsProperties limits() {
    return limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  static ServerLimitsProperties limits(Duration head, Duration idle, Duration body) {
    return new ServerLimitsProperties(
        head, idle, body, 100, 100, DataSize.ofKilobytes(8), DataSize.ofKilobytes(32));
  }

  static ServerLimitsProperties connections(int maximum, int perAddress) {
    ServerLimitsProperties some = limits();
    return new ServerLimitsProperties(
        some.headTimeout(),
        some.idleTimeout(),
        some.bodyReadTimeout(),
        maximum,
        perAddress,
        some.maxInitialLine(),
        some.maxHeaderSize());
  }

  RawConnection connect() {
    return new RawConnection(server.port());
  }

  /** The next request that got through. */
  Seen next() throws InterruptedException {
    Seen next = seen.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request got through");
    }
    return next;
  }

  /** Lets the requests for {@link #HELD_PATH} be answered. */
  void release() {
    release.tryEmitEmpty();
  }

  double counted(String meter, String tag, String value) {
    return meters.find(meter).tag(tag, value).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    seen.add(
        new Seen(
            request.method().name(),
            request.uri(),
            request.requestHeaders().getAll("x-goog-api-key"),
            request.requestHeaders().contains("upgrade")));
    if (request.requestHeaders().contains("upgrade")) {
      return response.sendWebsocket((in, out) -> out.send(in.receive().retain()));
    }
    Mono<String> body =
        request
            .receive()
            .aggregate()
            .asByteArray()
            .map(bytes -> request.method() + " " + bytes.length)
            .defaultIfEmpty(request.method() + " 0");
    Mono<String> answer = request.uri().equals(HELD_PATH) ? release.asMono().then(body) : body;
    if (request.uri().equals(EARLY_PATH)) {
      return send(response, "early");
    }
    if (request.uri().equals(MUTE_PATH)) {
      return body.onErrorComplete().then(Mono.never());
    }
    return answer
        .onErrorResume(failure -> {
          response.status(408);
          return Mono.just(String.valueOf(failure.getMessage()));
        })
        .flatMap(text -> send(response, text));
  }

  private static Mono<Void> send(HttpServerResponse response, String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return response
        .header("content-length", Integer.toString(length))
        .sendString(Mono.just(text))
        .then();
  }

  @Override
  public void close() {
    release();
    server.disposeNow();
  }
}
