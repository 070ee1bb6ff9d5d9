package dev.tollgate.gateway.realtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import dev.tollgate.gateway.streaming.OpenAnswers;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestKey;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** Against a provider that echoes what it gets, and does what some texts tell it. */
@Timeout(60)
class RealtimeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PROJECT = "prj_1";
  private static final String DONE =
      "{\"type\":\"response.done\",\"response\":{\"usage\":{\"total_tokens\":12,\"input_tokens\":7,"
          + "\"output_tokens\":5,\"input_token_details\":{\"cached_tokens\":2}}}}";

  private static final String BEGUN =
      "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"usage\":null}}";
  private static final String WORDS =
      "{\"type\":\"response.output_text.delta\",\"delta\":\"It is 384,400 km away.\"}";

  /** What a turn may take of a model that no catalogue knows: 128,000 in and 16,384 out. */
  private static final long LONGEST_TURN = 144_384;

  private static final HttpClient client = HttpClient.newHttpClient();
  private static final BlockingQueue<Handshake> handshakes = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Integer> providerSawClose = new LinkedBlockingQueue<>();
  private static final AtomicInteger keys = new AtomicInteger();
  private static GatewayHarness gateway;
  private static DisposableServer provider;

  private record Handshake(String uri, HttpHeaders headers) {}

  @BeforeAll
  static void start() {
    provider = HttpServer.create().host("127.0.0.1").port(0).handle(RealtimeIT::serve).bindNow();
    // Shorter than a conversation: none of them may touch it.
    gateway =
        GatewayHarness.start(
            "tollgate.server.head-timeout=500ms",
            "tollgate.server.idle-timeout=500ms",
            "tollgate.server.body-read-timeout=500ms");
    gateway.prices().put("prc_talk", null, "openai", "gpt-priced", "{'input':1,'output':1}");
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void forget() {
    handshakes.clear();
    providerSawClose.clear();
    gateway.usage().clear();
    gateway.putProject(PROJECT, TestService.openAi("openai", at("/v1")));
  }

  private static String at(String path) {
    return "http://127.0.0.1:" + provider.port() + path;
  }

  private static Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response) {
    handshakes.add(new Handshake(request.uri(), request.requestHeaders().copy()));
    return switch (request.fullPath()) {
      case "/refusing/v1/realtime" -> response.status(401).send();
      case "/busy/v1/realtime" ->
          response
              .status(429)
              .header("retry-after", "7")
              .header("x-ratelimit-remaining-requests", "77")
              .sendString(Mono.just("too busy"));
      case "/silent/v1/realtime" -> Mono.never();
      case "/plain/v1/realtime" -> response.sendWebsocket(RealtimeIT::session, spec().build());
      default -> response.sendWebsocket(RealtimeIT::session, spec().protocols("realtime").build());
    };
  }

  private static WebsocketServerSpec.Builder spec() {
    return WebsocketServerSpec.builder().maxFramePayloadLength(32 * 1024 * 1024);
  }

  private static Publisher<Void> session(WebsocketInbound in, WebsocketOutbound out) {
    in.receiveCloseStatus()
        .map(WebSocketCloseStatus::code)
        .defaultIfEmpty(1006)
        .subscribe(providerSawClose::add);
    return in.receiveFrames().concatMap(frame -> react(frame, in, out), 0).then(Mono.never());
  }

  /** Unlike disposing of it, without a close frame. */
  private static void cutOff(Connection connection) {
    var _ = connection.channel().close();
  }

  private static Publisher<Void> react(
      WebSocketFrame frame, WebsocketInbound in, WebsocketOutbound out) {
    String text = frame instanceof TextWebSocketFrame words ? words.text() : "";
    return switch (text) {
      case "close" -> out.sendClose(4321, "that is all");
      case "vanish" -> Mono.fromRunnable(() -> in.withConnection(RealtimeIT::cutOff));
      case "begin" -> begun(out).then();
      case "begin and vanish" ->
          begun(out).then().then(Mono.fromRunnable(() -> in.withConnection(RealtimeIT::cutOff)));
      case "done" -> out.sendObject(new TextWebSocketFrame(DONE)).then();
      case "huge" ->
          out.sendObject(
                  new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[17 * 1024 * 1024])))
              .then();
      default -> out.sendObject(frame.retain()).then();
    };
  }

  private static NettyOutbound begun(WebsocketOutbound out) {
    return out.sendObject(new TextWebSocketFrame(BEGUN)).sendObject(new TextWebSocketFrame(WORDS));
  }

  @Test
  void connectsWithTheCredentialAndNothingOfTheClients() throws Exception {
    Session session =
        connect(
            "?model=gpt-realtime&intent=talk",
            "realtime",
            "openai-insecure-api-key." + gateway.newKey(PROJECT),
            "openai-beta.realtime-v1");
    assertThat(session.socket().getSubprotocol()).isEqualTo("realtime");
    Handshake seen = handshakes.take();
    assertThat(seen.uri()).isEqualTo("/v1/realtime?model=gpt-realtime&intent=talk");
    assertThat(seen.headers().get("authorization")).isEqualTo("Bearer sk-openai");
    assertThat(seen.headers().get("sec-websocket-protocol"))
        .isEqualTo("realtime,openai-beta.realtime-v1");
    assertThat(seen.headers().contains("sec-websocket-extensions")).isFalse();
    assertThat(seen.headers().contains("cookie")).isFalse();
    assertThat(seen.headers().toString()).doesNotContain("tgk_");
    session.leave();
  }

  @Test
  void relaysFramesBothWaysAsTheyAre() throws Exception {
    Session session = connect();
    session.socket().sendText("{\"type\":\"grüße 🎙\"}", true).join();
    assertThat(session.nextText()).isEqualTo("{\"type\":\"grüße 🎙\"}");
    for (int length : new int[] {0, 1, 125, 126, 65535, 65536, 3_000_000}) {
      byte[] sound = new byte[length];
      new Random(length).nextBytes(sound);
      session.socket().sendBinary(ByteBuffer.wrap(sound), true).join();
      assertThat(Arrays.equals(session.nextBinary(), sound)).isTrue();
    }
    session.socket().sendText("first ", false).join();
    session.socket().sendText("second", true).join();
    assertThat(session.nextText()).isEqualTo("first second");
    session.socket().sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3})).join();
    assertThat(session.pongs.poll(10, TimeUnit.SECONDS)).isNotNull();
    session.leave();
  }

  @Test
  void outlivesTheTimeOutsOfPlainRequests() throws Exception {
    Session session = connect();
    // One that came after it has run into a time as long as each of the three.
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      plain.getOutputStream().write("G".getBytes(US_ASCII));
      String answer = new String(plain.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
    session.socket().sendText("hello", true).join();
    assertThat(session.nextText()).isEqualTo("hello");
    session.leave();
  }

  @RepeatedTest(20) // a closed connection's event loop is gone now and then, not always
  void endsWhenTheGatewayShutsDown() throws Exception {
    Session session = connect();
    session.socket().sendText("hello", true).join();
    assertThat(session.nextText()).isEqualTo("hello");
    gateway
        .bean(OpenAnswers.class)
        .breakOffAll(Rejection.of(ErrorCode.SERVICE_UNAVAILABLE, "Shutting down."));
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1012 ");
    assertThat(providerSawClose.poll(10, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(nextRow().errorCode()).isEqualTo("service_unavailable");
    assertThat(gateway.bean(OpenAnswers.class).count()).isZero();
  }

  @Test
  void endsWhenItsKeyIsRevoked() throws Exception {
    TestKey key = TestKey.of("key_leaked", PROJECT);
    Session session =
        connect("?model=gpt-realtime", "realtime", secret(gateway.newKey(key.snapshot())));
    session.socket().sendText("hello", true).join();
    assertThat(session.nextText()).isEqualTo("hello");
    gateway.replaceKey(key.revokedNow());
    assertThat(session.nextText())
        .contains("\"type\":\"error\"")
        .contains("\"code\":\"key_revoked\"");
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1008 ");
    assertThat(providerSawClose.poll(10, TimeUnit.SECONDS)).isEqualTo(1001);
    UsageEvent row = nextRow();
    assertThat(row.errorCode()).isEqualTo("key_revoked");
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.status()).isEqualTo(101);
  }

  /** A frame in the middle of a message would be none that a client could read. */
  @Test
  void saysItByTheCloseCodeAloneWithinAMessage() throws Exception {
    TestKey key = TestKey.of("key_leaked_within_a_message", PROJECT);
    Session session =
        connect("?model=gpt-realtime", "realtime", secret(gateway.newKey(key.snapshot())));
    session.socket().sendText("begun", false).join();
    assertThat(session.parts.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");
    gateway.replaceKey(key.revokedNow());
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1008 ");
    assertThat(session.texts).isEmpty();
    assertThat(nextRow().errorCode()).isEqualTo("key_revoked");
  }

  private static String secret(String key) {
    return "openai-insecure-api-key." + key;
  }

  @Test
  void passesOnTheClientsCloseCodeAndStoresOneRowWithTheSums() throws Exception {
    Session session = connect();
    session.socket().sendText("done", true).join();
    session.socket().sendText("done", true).join();
    assertThat(session.nextText()).isEqualTo(DONE);
    assertThat(session.nextText()).isEqualTo(DONE);
    assertThat(gateway.usage().waiting()).isEmpty();
    session.socket().sendClose(4000, "bye").join();
    assertThat(providerSawClose.poll(10, TimeUnit.SECONDS)).isEqualTo(4000);
    UsageEvent row = nextRow();
    assertThat(row.usage()).isEqualTo(new TokenUsage(14, 10, 4, 0, 0));
    assertThat(row.operation()).isEqualTo("realtime");
    assertThat(row.model()).isEqualTo("gpt-realtime");
    assertThat(row.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(row.streamed()).isTrue();
    assertThat(row.status()).isEqualTo(101);
    assertThat(gateway.usage().waiting()).isEmpty();
  }

  @Test
  void passesOnTheProvidersCloseCode() throws Exception {
    Session session = connect();
    session.socket().sendText("close", true).join();
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).isEqualTo("4321 that is all");
    assertThat(nextRow().outcome()).isEqualTo(Outcome.COMPLETED);
  }

  @Test
  void closesTheClientWhenTheProviderVanishes() throws Exception {
    Session session = connect();
    session.socket().sendText("vanish", true).join();
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1011 ");
    UsageEvent row = nextRow();
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.errorCode()).isEqualTo("provider_unavailable");
  }

  @Test
  void closesTheProviderWhenTheClientVanishes() throws Exception {
    Session session = connect();
    session.socket().sendText("done", true).join();
    assertThat(session.nextText()).isEqualTo(DONE);
    session.socket().abort();
    assertThat(providerSawClose.poll(10, TimeUnit.SECONDS)).isEqualTo(1001);
    UsageEvent row = nextRow();
    assertThat(row.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(row.usage()).isEqualTo(new TokenUsage(7, 5, 2, 0, 0));
  }

  @Test
  void chargesATurnThatTheClientBreaksOff() throws Exception {
    Session session = connectToPriced(gateway.newKey(PROJECT));
    session.socket().sendText("begin", true).join();
    assertThat(session.nextText()).isEqualTo(BEGUN);
    assertThat(session.nextText()).isEqualTo(WORDS);
    session.socket().abort();
    UsageEvent row = nextRow();
    assertThat(row.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(row.estimated()).isTrue();
    assertThat(usage(row).output()).isBetween(8L, 40L);
    assertThat(cost(row)).isEqualTo(usage(row).input() + usage(row).output());
  }

  @Test
  void chargesATurnThatTheClientLeavesInOrder() throws Exception {
    Session session = connectToPriced(gateway.newKey(PROJECT));
    session.socket().sendText("begin", true).join();
    assertThat(session.nextText()).isEqualTo(BEGUN);
    session.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    UsageEvent row = nextRow();
    assertThat(row.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(row.estimated()).isTrue();
    assertThat(cost(row)).isPositive();
  }

  @Test
  void chargesATurnInWhichTheProviderVanishesBesideThoseItHasTold() throws Exception {
    Session session = connectToPriced(gateway.newKey(PROJECT));
    session.socket().sendText("done", true).join();
    session.socket().sendText("begin and vanish", true).join();
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1011 ");
    UsageEvent row = nextRow();
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.estimated()).isTrue();
    assertThat(usage(row).input()).isGreaterThan(7 + 12);
    assertThat(usage(row).output()).isBetween(5L + 8, 5L + 40);
  }

  @Test
  void settlesTheBudgetOfATurnThatBreaksOff() throws Exception {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.145000}}}");
    for (int i = 0; i < 3; i++) {
      Session session = connectToPriced(key);
      session.socket().sendText("begin", true).join();
      assertThat(session.nextText()).isEqualTo(BEGUN);
      session.socket().abort();
      assertThat(cost(nextRow())).isBetween(1L, 150L);
    }
  }

  /** A killed gateway leaves what was told, and a turn that may have been on its way. */
  @Test
  void writesDownEveryTurnBeforeTheNext() throws Exception {
    Session session = connectToPriced(newKey("{'rate_limits':{'costs':{'per_day_max':1}}}"));
    session.socket().sendText("done", true).join();
    assertThat(session.nextText()).isEqualTo(DONE);
    session.socket().sendText("done", true).join();
    assertThat(session.nextText()).isEqualTo(DONE);
    session.leave();
    assertThat(interrupted())
        .extracting(RealtimeIT::cost)
        .containsExactly(LONGEST_TURN + 12, LONGEST_TURN + 24);
  }

  @Test
  void writesDownWhatWasToldOfAConversationThatNothingLimits() throws Exception {
    Session session = connectToPriced(gateway.newKey(PROJECT));
    session.socket().sendText("done", true).join();
    assertThat(session.nextText()).isEqualTo(DONE);
    session.leave();
    assertThat(interrupted()).extracting(RealtimeIT::cost).containsExactly(12L);
  }

  private static List<UsageEvent> interrupted() {
    return gateway.usage().settled().stream()
        .filter(row -> row.outcome() == Outcome.INTERRUPTED)
        .toList();
  }

  private static String newKey(String policy) {
    return gateway.newKey(
        PROJECT,
        null,
        TestPolicies.document(Subject.key("key_talking_" + keys.incrementAndGet()), policy));
  }

  private static Session connectToPriced(String key) {
    return connect("?model=gpt-priced", "realtime", secret(key));
  }

  private static TokenUsage usage(UsageEvent row) {
    return Objects.requireNonNull(row.usage());
  }

  private static long cost(UsageEvent row) {
    return Objects.requireNonNull(row.charge()).microUsd();
  }

  @Test
  void refusesAFrameThatIsTooLong() throws Exception {
    Session session = connect();
    session.socket().sendText("huge", true).join();
    assertThat(session.closed.get(20, TimeUnit.SECONDS)).startsWith("1011 ");
    assertThat(nextRow().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void endsAConnectionThatIsIdle() throws Exception {
    gateway.putProject(
        PROJECT,
        TestService.openAi("openai", at("/v1"))
            .timeouts(new Timeouts(null, null, Duration.ofMillis(300), null)));
    Session session = connect();
    assertThat(session.closed.get(10, TimeUnit.SECONDS)).startsWith("1001 ");
    assertThat(providerSawClose.poll(10, TimeUnit.SECONDS)).isEqualTo(1001);
    assertThat(nextRow().errorCode()).isEqualTo("provider_timeout");
  }

  @Test
  void endsAConnectionThatTakesTooLong() throws Exception {
    gateway.putProject(
        PROJECT,
        TestService.openAi("openai", at("/v1"))
            .timeouts(new Timeouts(null, null, null, Duration.ofMillis(500))));
    assertThat(connect().closed.get(10, TimeUnit.SECONDS)).startsWith("1001 ");
    assertThat(nextRow().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void callsAnAliasByItsRealName() throws Exception {
    gateway.putProject(
        PROJECT, TestService.openAi("openai", at("/v1")).models("talk=gpt-realtime"));
    connect("?model=talk", "realtime", "openai-insecure-api-key." + gateway.newKey(PROJECT))
        .leave();
    assertThat(handshakes.take().uri()).isEqualTo("/v1/realtime?model=gpt-realtime");
  }

  @Test
  void connectsWithAProviderThatChoosesNoSubProtocol() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("plain", at("/plain/v1")));
    Session session = connect();
    assertThat(session.socket().getSubprotocol()).isEmpty();
    session.socket().sendText("hello", true).join();
    assertThat(session.nextText()).isEqualTo("hello");
    session.leave();
  }

  @Test
  void refusesInPlainHttpBeforeTheUpgrade() throws Exception {
    String key = gateway.newKey(PROJECT);
    String restricted =
        gateway.newKey(PROJECT, null, TestPolicies.models(List.of("gpt-4o"), List.of()));
    assertThat(refusal("?model=gpt-realtime", null).status()).isEqualTo(401);
    assertThat(refusal("?model=gpt-realtime", restricted).body()).contains("model_not_allowed");
    assertThat(refusal("?intent=transcription", restricted).body()).contains("model_not_allowed");
    assertThat(refusal("?model=a&model=b", key).status()).isEqualTo(400);
    gateway.putProject(PROJECT, TestService.openAi("openai", at("/v1")).models("gpt-4o"));
    assertThat(refusal("?model=gpt-realtime", key).body()).contains("model_not_found");
    assertThat(handshakes).isEmpty();
    assertThat(gateway.usage().waiting()).isEmpty();
  }

  @Test
  void tellsWhatTheProviderSaysInsteadOfUpgrading() throws Exception {
    String key = gateway.newKey(PROJECT);
    gateway.putProject(PROJECT, TestService.openAi("refusing", at("/refusing/v1")));
    assertThat(refusal("?model=m", key).body()).contains("provider_auth_failed");
    assertThat(nextRow().status()).isEqualTo(502);
    gateway.putProject(PROJECT, TestService.openAi("busy", at("/busy/v1")));
    Answer busy = refusal("?model=m", key);
    assertThat(busy.status()).isEqualTo(429);
    assertThat(busy.headers().get("retry-after")).isEqualTo("7");
    assertThat(busy.headers().get("x-tollgate-error-source")).isEqualTo("provider");
    assertThat(busy.body()).isEqualTo("too busy");
    assertThat(nextRow().status()).isEqualTo(429);
    gateway.putProject(PROJECT, TestService.openAi("down", "http://127.0.0.1:1/v1"));
    assertThat(refusal("?model=m", key).status()).isEqualTo(502);
    assertThat(nextRow().status()).isEqualTo(502);
    gateway.putProject(
        PROJECT,
        TestService.openAi("silent", at("/silent/v1"))
            .timeouts(new Timeouts(null, Duration.ofMillis(300), null, null)));
    assertThat(refusal("?model=m", key).status()).isEqualTo(504);
    assertThat(nextRow().status()).isEqualTo(504);
  }

  @Test
  void tellsOfItsLimitsInsteadOfTheProviders() throws Exception {
    String key =
        gateway.newKey(
            PROJECT,
            null,
            TestPolicies.document(
                Subject.key("key_realtime"), "{'rate_limits':{'requests':{'per_hour':5}}}"));
    String head = upgraded(key);
    assertThat(head).startsWith("HTTP/1.1 101 ").contains("x-ratelimit-remaining-requests: 4\r\n");
    gateway.putProject(PROJECT, TestService.openAi("busy", at("/busy/v1")));
    assertThat(refusal("?model=m", key).headers().getAll("x-ratelimit-remaining-requests"))
        .containsExactly("3");
    assertThat(
            refusal("?model=m", gateway.newKey(PROJECT))
                .headers()
                .getAll("x-ratelimit-remaining-requests"))
        .containsExactly("77");
  }

  /** The head of the answer to a handshake. */
  private static String upgraded(String key) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      String request =
          "GET /v1/realtime?model=m HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
              + key
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        assertThat(next).as(head.toString()).isNotNegative();
        head.append((char) next);
      }
      return head.toString();
    }
  }

  @Test
  void takesNoPlainRequest() throws Exception {
    HttpResponse<String> plain =
        client.send(
            HttpRequest.newBuilder(gateway.uri("/v1/realtime?model=gpt-realtime"))
                .header("Authorization", "Bearer " + gateway.newKey(PROJECT))
                .build(),
            BodyHandlers.ofString());
    assertThat(plain.statusCode()).isEqualTo(400);
    assertThat(plain.body()).contains("\"invalid_request\"");
  }

  /** Every test takes all the rows that it makes. */
  private static UsageEvent nextRow() throws InterruptedException {
    return gateway.usage().next(PATIENCE);
  }

  private static Session connect() {
    return connect(
        "?model=gpt-realtime", "realtime", "openai-insecure-api-key." + gateway.newKey(PROJECT));
  }

  private static Session connect(String query, String protocol, String... others) {
    Session session = new Session();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .subprotocols(protocol, others)
            .header("Cookie", "a=b")
            .buildAsync(webSocketUri(query), session)
            .join();
    session.opened.complete(socket);
    return session;
  }

  private static URI webSocketUri(String query) {
    return URI.create("ws://127.0.0.1:" + gateway.port() + "/v1/realtime" + query);
  }

  private record Answer(int status, HttpHeaders headers, String body) {}

  /** The HTTP answer to a handshake that must fail. */
  private static Answer refusal(String query, @Nullable String key) {
    Mono<Answer> answer =
        reactor.netty.http.client.HttpClient.create()
            .headers(headers -> {
              headers.set("Upgrade", "websocket").set("Connection", "Upgrade");
              headers.set("Sec-WebSocket-Version", "13");
              headers.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
              if (key != null) {
                headers.set("Authorization", "Bearer " + key);
              }
            })
            .get()
            .uri(gateway.uri("/v1/realtime" + query))
            .responseSingle((response, body) ->
                body.asString()
                    .defaultIfEmpty("")
                    .map(text ->
                        new Answer(response.status().code(), response.responseHeaders(), text)));
    return Objects.requireNonNull(answer.block(PATIENCE));
  }

  /** A client that keeps what it hears. */
  private static final class Session implements WebSocket.Listener {

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> parts = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();

    WebSocket socket() {
      return opened.join();
    }

    void leave() throws InterruptedException {
      socket().abort();
      assertThat(nextRow().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    String nextText() throws InterruptedException {
      return Objects.requireNonNull(texts.poll(10, TimeUnit.SECONDS), "no text in time");
    }

    byte[] nextBinary() throws InterruptedException {
      return Objects.requireNonNull(binaries.poll(10, TimeUnit.SECONDS), "no bytes in time");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.add(data.toString());
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      binary.writeBytes(bytes);
      if (last) {
        binaries.add(binary.toByteArray());
        binary.reset();
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
      pongs.add(message);
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      closed.completeExceptionally(failure);
    }
  }
}
