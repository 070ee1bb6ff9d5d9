package dev.tollgate.deploy.money;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider of chat that bills: a token for each word that it reads and each that it generates,
 * whether or not they arrive, and never more than the maximum asked for but where it is told to.
 */
final class BillingProvider implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, Price> prices = new ConcurrentHashMap<>();
  private final Map<String, Call> expected = new ConcurrentHashMap<>();
  private final Map<String, Bill> bills = new ConcurrentHashMap<>();
  private final Queue<String> repeated = new ConcurrentLinkedQueue<>();
  private final LoopResources loop = LoopResources.create("provider", 1, true);
  private final DisposableServer server =
      HttpServer.create().host("127.0.0.1").port(0).runOn(loop).handle(this::handle).bindNow();

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  void price(String model, Price price) {
    prices.put(model, price);
  }

  /** What to do when it comes. */
  void expect(Call call) {
    expected.put(call.id(), call);
  }

  boolean saw(String id) {
    return bills.containsKey(id);
  }

  Bill bill(String id) {
    return Objects.requireNonNull(bills.get(id), id);
  }

  /** A client has a further word of its stream. */
  void arrived(Call call) {
    bill(call.id()).arrived();
  }

  /** Of all calls that came. */
  Collection<Bill> bills() {
    return List.copyOf(bills.values());
  }

  /** Ids of calls that came more than once. */
  List<String> repeated() {
    return List.copyOf(repeated);
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    return request
        .receive()
        .aggregate()
        .asByteArray()
        .flatMap(body -> answer(JSON.readTree(body), response));
  }

  private Mono<Void> answer(JsonNode asked, HttpServerResponse response) {
    Bill bill = open(asked);
    Mono<Void> answer =
        switch (bill.call().fate()) {
          case WHOLE, OVERBILLED -> whole(bill, response);
          case LEFT_WHOLE -> part(bill, response);
          case STREAM, CUT, LEFT -> stream(asked, bill, response);
          case LEFT_EARLY -> Mono.never();
          case FAILED -> failure(bill, response);
        };
    return answer.doFinally(signal -> bill.end());
  }

  private Bill open(JsonNode asked) {
    for (Dialect dialect : Dialect.values()) {
      JsonNode prompt = dialect.prompt(asked);
      if (prompt.isString()) {
        return open(prompt.asString().split(" ", -1), dialect.maximum(asked));
      }
    }
    throw new IllegalStateException("no prompt in " + asked);
  }

  private Bill open(String[] prompt, JsonNode maximum) {
    Call call =
        Objects.requireNonNull(expected.get(prompt[0]), "nobody expects the call " + prompt[0]);
    Price price = Objects.requireNonNull(prices.get(call.model()), "a model with a price");
    Bill bill = new Bill(call, price, prompt.length, maximum.asInt(Integer.MAX_VALUE));
    if (bills.putIfAbsent(call.id(), bill) != null) {
      repeated.add(call.id());
    }
    return bill;
  }

  private static Mono<Void> whole(Bill bill, HttpServerResponse response) {
    int times = bill.call().fate() == Call.Fate.OVERBILLED ? 2 : 1;
    return Mono.delay(Duration.ofMillis(bill.call().pauseMillis()))
        .then(
            Mono.defer(() -> {
              bill.generated(times * bill.words());
              bill.ending();
              return document(response, document(bill, bill.words()));
            }));
  }

  /** As much of it as is written when its client leaves; it is not said how long it will be. */
  private static Mono<Void> part(Bill bill, HttpServerResponse response) {
    int words = bill.call().until();
    if (words == 0) {
      return Mono.never();
    }
    bill.generated(words);
    Dialect dialect = bill.call().dialect();
    String part = dialect.documentStart(bill) + "word ".repeat(words);
    response.header("content-type", "application/json");
    return send(response, Flux.just(part).concatWith(Mono.never()));
  }

  private static String document(Bill bill, int words) {
    Dialect dialect = bill.call().dialect();
    return dialect.documentStart(bill) + "word ".repeat(words) + dialect.documentEnd(bill);
  }

  private static Mono<Void> failure(Bill bill, HttpServerResponse response) {
    bill.forgive();
    bill.ending();
    return document(
        response.status(500),
        """
        {"error":{"message":"not now","type":"server_error","param":null,"code":null}}\
        """);
  }

  private static Mono<Void> document(HttpServerResponse response, String json) {
    return response.header("content-type", "application/json").sendString(Mono.just(json)).then();
  }

  private static Mono<Void> stream(JsonNode asked, Bill bill, HttpServerResponse response) {
    response.header("content-type", "text/event-stream");
    AtomicReference<io.netty.channel.@Nullable Channel> channel = new AtomicReference<>();
    response.withConnection(connection -> channel.set(connection.channel()));
    Flux<String> start = Flux.just(bill.call().dialect().start(bill)).filter(s -> !s.isEmpty());
    return switch (bill.call().fate()) {
      case CUT ->
          send(response, start.concatWith(words(bill, bill.call().until())))
              .then(
                  FutureMono.deferFuture(() -> {
                    bill.ending();
                    return Objects.requireNonNull(channel.get()).close();
                  }))
              .then(Mono.never());
      case LEFT ->
          send(
              response,
              start.concatWith(words(bill, bill.call().until())).concatWith(Mono.never()));
      default ->
          send(
              response,
              start
                  .concatWith(words(bill, bill.words()))
                  .concatWith(Mono.fromSupplier(() -> end(asked, bill))));
    };
  }

  private static Mono<Void> send(HttpServerResponse response, Flux<String> events) {
    return Mono.from(
        response
            .sendHeaders()
            .send(
                events.map(event ->
                    io.netty.buffer.Unpooled.copiedBuffer(
                        event, java.nio.charset.StandardCharsets.UTF_8)),
                buffer -> true));
  }

  private static Flux<String> words(Bill bill, int count) {
    Flux<Integer> numbers = Flux.range(0, Math.min(count, bill.words()));
    return (bill.call().hasMaximum() ? paced(numbers, bill) : inStep(numbers, bill))
        .doOnNext(number -> bill.generated(1))
        .map(number -> bill.call().dialect().word(bill));
  }

  private static Flux<Integer> paced(Flux<Integer> numbers, Bill bill) {
    Duration pause = Duration.ofMillis(bill.call().pauseMillis());
    return pause.isZero() ? numbers : numbers.delayElements(pause);
  }

  /**
   * Each word when the client has the one before. So a gateway that ends the stream finds one word
   * underway at most, however busy the machine is.
   */
  private static Flux<Integer> inStep(Flux<Integer> numbers, Bill bill) {
    Duration pause = Duration.ofMillis(bill.call().pauseMillis());
    return numbers.concatMap(
        number -> bill.arrived(number).then(Mono.delay(pause)).thenReturn(number), 1);
  }

  private static String end(JsonNode asked, Bill bill) {
    bill.ending();
    return bill.call().dialect().end(asked, bill);
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
    loop.disposeLater(Duration.ZERO, STOP_TIMEOUT).block(STOP_TIMEOUT);
  }
}
