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
          case STREAM, CUT, LEFT -> stream(asked, bill, response);
          case LEFT_EARLY -> Mono.never();
          case FAILED -> failure(bill, response);
        };
    return answer.doFinally(signal -> bill.end());
  }

  private Bill open(JsonNode asked) {
    String[] prompt = asked.at("/messages/0/content").asString().split(" ", -1);
    Call call =
        Objects.requireNonNull(expected.get(prompt[0]), "nobody expects the call " + prompt[0]);
    Price price =
        Objects.requireNonNull(prices.get(asked.path("model").asString()), "a model with a price");
    Bill bill =
        new Bill(call, price, prompt.length, asked.path("max_tokens").asInt(Integer.MAX_VALUE));
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
              return document(
                  response,
                  """
                  {"id":"1","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,\
                  "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],"usage":%s}\
                  """
                      .formatted(bill.call().model(), "word ".repeat(bill.words()), usage(bill)));
            }));
  }

  private static Mono<Void> failure(Bill bill, HttpServerResponse response) {
    bill.forgive();
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
    return switch (bill.call().fate()) {
      case CUT ->
          send(response, words(bill, bill.call().until()))
              .then(FutureMono.deferFuture(() -> Objects.requireNonNull(channel.get()).close()))
              .then(Mono.never());
      case LEFT -> send(response, words(bill, bill.call().until()).concatWith(Mono.never()));
      default ->
          send(response, words(bill, bill.words()).concatWith(Mono.defer(() -> end(asked, bill))));
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
    Duration pause = Duration.ofMillis(bill.call().pauseMillis());
    Flux<Integer> numbers = Flux.range(0, Math.min(count, bill.words()));
    return (pause.isZero() ? numbers : numbers.delayElements(pause))
        .doOnNext(number -> bill.generated(1))
        .map(number -> event(bill, "[{\"index\":0,\"delta\":{\"content\":\"word \"}}]", ""));
  }

  private static Mono<String> end(JsonNode asked, Bill bill) {
    boolean wantsUsage = asked.at("/stream_options/include_usage").asBoolean(false);
    String usage = wantsUsage ? event(bill, "[]", ",\"usage\":" + usage(bill)) : "";
    return Mono.just(
        event(bill, "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "")
            + usage
            + "data: [DONE]\n\n");
  }

  private static String event(Bill bill, String choices, String more) {
    return """
    data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"%s","choices":%s%s}

    """
        .formatted(bill.call().model(), choices, more);
  }

  private static String usage(Bill bill) {
    return """
    {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}\
    """
        .formatted(
            bill.inputTokens(), bill.outputTokens(), bill.inputTokens() + bill.outputTokens());
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
    loop.disposeLater(Duration.ZERO, STOP_TIMEOUT).block(STOP_TIMEOUT);
  }
}
