package dev.tollgate.gateway.support;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A provider on loopback that gives every request one answer, at once or when it is told to. */
public final class HeldProvider implements AutoCloseable {

  private final AtomicInteger arrived = new AtomicInteger();
  private final DisposableServer server;
  private volatile Sinks.Empty<Void> gate = Sinks.empty();

  private HeldProvider(String json) {
    letGo();
    this.server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              Mono<Void> told = gate.asMono();
              arrived.incrementAndGet();
              return request
                  .receive()
                  .then()
                  .thenMany(
                      response
                          .header("content-type", "application/json")
                          .sendString(told.thenReturn(json)));
            })
            .bindNow();
  }

  /** One that answers at once. */
  public static HeldProvider start(String json) {
    return new HeldProvider(json);
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Requests that have come to it, answered or not. */
  public int arrived() {
    return arrived.get();
  }

  /** Those that come from now on wait. */
  public void hold() {
    gate = Sinks.empty();
  }

  /** Those that wait are answered, and those that come from now on at once. */
  public void letGo() {
    gate.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
