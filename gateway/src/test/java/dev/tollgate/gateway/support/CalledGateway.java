package dev.tollgate.gateway.support;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A gateway before one provider on loopback, and a client, for tests of what calls come to. */
public final class CalledGateway implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger subjects = new AtomicInteger();
  private final DisposableServer provider;
  private final GatewayHarness gateway;
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Instant begun = Instant.EPOCH;

  /** What answers. */
  public interface Provider {
    Publisher<Void> answer(HttpServerRequest request, String body, HttpServerResponse response);
  }

  private CalledGateway(Provider answers, String... properties) {
    this.provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .aggregate()
                    .asString()
                    .defaultIfEmpty("")
                    .flatMap(body -> {
                      calls.incrementAndGet();
                      return Mono.from(answers.answer(request, body, response));
                    }))
            .bindNow();
    this.gateway = GatewayHarness.start(properties);
  }

  /**
   * Starts both.
   *
   * @param properties of the gateway, as {@link GatewayHarness} takes them
   */
  public static CalledGateway start(Provider answers, String... properties) {
    return new CalledGateway(answers, properties);
  }

  public GatewayHarness gateway() {
    return gateway;
  }

  /** Of the provider, without a slash at its end. */
  public String providerUrl() {
    return "http://127.0.0.1:" + provider.port();
  }

  /** A test begins: rows and calls of those before it are none of its own. */
  public void begin() {
    begun = Instant.now();
    gateway.usage().clear();
    calls.set(0);
  }

  /** How often the provider was called. */
  public int calls() {
    return calls.get();
  }

  /** A new key of this project under this policy, with single quotes for double ones. */
  public String newKey(String project, String policy) {
    Subject subject = Subject.key("key_called_" + subjects.incrementAndGet());
    return gateway.newKey(project, null, TestPolicies.document(subject, policy));
  }

  /** A request of JSON, with single quotes for double ones. */
  public HttpRequest request(String key, String path, String json) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(json.replace('\'', '"')))
        .build();
  }

  public HttpResponse<String> post(String key, String path, String json) {
    return send(request(key, path, json), BodyHandlers.ofString());
  }

  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request, body);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The next row of this test: a row comes after its answer, and so may those of the one before.
   */
  public UsageEvent row() {
    try {
      UsageEvent row = gateway.usage().next(PATIENCE);
      while (row.startedAt().isBefore(begun)) {
        row = gateway.usage().next(PATIENCE);
      }
      return row;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the next row of this test costs, micro-dollars. */
  public long cost() {
    return Objects.requireNonNull(row().charge()).microUsd();
  }

  @Override
  public void close() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }
}
