package dev.tollgate.gateway.realtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** What a key's policy forbids it may not ask for in a realtime conversation either. */
@Timeout(60)
class RealtimeAccessIT {

  private static final int LONGEST = 16 << 20;

  private static final HttpClient client = HttpClient.newHttpClient();
  private static final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private static GatewayHarness gateway;
  private static DisposableServer provider;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                response.sendWebsocket(RealtimeAccessIT::echo, spec().build()))
            .bindNow();
    gateway = GatewayHarness.start("tollgate.inspection.max-held=5MB");
    gateway.putProject(
        "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
  }

  private static Publisher<Void> echo(WebsocketInbound in, WebsocketOutbound out) {
    return out.sendObject(
        in.aggregateFrames(LONGEST)
            .receive()
            .asString()
            .doOnNext(heard::add)
            .map(TextWebSocketFrame::new));
  }

  private static WebsocketServerSpec.Builder spec() {
    return WebsocketServerSpec.builder().maxFramePayloadLength(LONGEST);
  }

  @AfterAll
  static void stop() throws IOException {
    // Not close(), which waits for conversations that a failed test has left open.
    client.shutdownNow();
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void forget() {
    heard.clear();
  }

  /** A conversation, and all that the client hears in it; the last word is the close code. */
  private static final class Talk implements WebSocket.Listener {
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        said.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      said.add("closed " + code);
      return null;
    }

    String next() throws InterruptedException {
      return String.valueOf(said.poll(10, TimeUnit.SECONDS));
    }
  }

  private static WebSocket connect(Talk talk, CompiledPolicy... policies) {
    URI http = gateway.uri("/v1/realtime?model=gpt-realtime");
    return client
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + gateway.newKey("prj_1", null, policies))
        .buildAsync(URI.create(http.toString().replace("http:", "ws:")), talk)
        .join();
  }

  private static CompiledPolicy forbidding(String feature) {
    return TestPolicies.document("{'permissions':{'features':{'%s':false}}}".formatted(feature));
  }

  private static void isEnded(Talk talk, String code) throws InterruptedException {
    assertThat(talk.next()).contains("\"type\":\"error\"").contains(code);
    assertThat(talk.next()).isEqualTo("closed 1008");
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          function_calling | {'type':'session.update','session':{'tools':[{'type':'function','name':'f'}]}}
          function_calling | {'type':'session.update','session':{'tools':[{'type':'mcp'}]}}
          function_calling | {'type':'response.create','response':{'prompt':{'id':'p'}}}
          vision | {'type':'conversation.item.create','item':{'content':[{'type':'input_image'}]}}
          vision | {'type':'response.create','response':{'input':[{'content':[{'type':'input_image'}]}]}}
          """)
  void endsWhereAForbiddenFeatureIsAskedFor(String feature, String message) throws Exception {
    String text = message.replace('\'', '"');
    Talk free = new Talk();
    WebSocket open = connect(free);
    open.sendText(text, true).join();
    assertThat(free.next()).isEqualTo(text);
    open.abort();
    heard.clear();
    Talk talk = new Talk();
    connect(talk, forbidding(feature)).sendText(text, true).join();
    isEnded(talk, "feature_not_allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'session':{'model':'denied-1'}}",
        "{'session':{'audio':{'input':{'transcription':{'model':'DENIED-1'}}}}}",
        "{'session':{'input_audio_transcription':{'mod\\u0065l':'denied-1'}}}"
      })
  void endsWhereADeniedModelIsNamed(String message) throws Exception {
    Talk talk = new Talk();
    WebSocket socket = connect(talk, TestPolicies.models(null, List.of("denied*")));
    socket.sendText(message.replace('\'', '"'), true).join();
    isEnded(talk, "model_not_allowed");
  }

  @Test
  void endsWhereAMessageCannotBeRead() throws Exception {
    Talk words = new Talk();
    connect(words, forbidding("vision")).sendText("{'a':1}", true).join();
    isEnded(words, "invalid_request");
    Talk bytes = new Talk();
    connect(bytes, forbidding("vision")).sendBinary(ByteBuffer.wrap(new byte[1]), true).join();
    isEnded(bytes, "invalid_request");
  }

  @Test
  void readsAMessageInSeveralFrames() throws Exception {
    Talk talk = new Talk();
    WebSocket socket = connect(talk, forbidding("vision"));
    socket.sendText("{\"type\":\"input_", false).join();
    socket.sendText("text\"}", true).join();
    assertThat(talk.next()).isEqualTo("{\"type\":\"input_text\"}");
    heard.clear();
    socket.sendText("{\"type\":\"input_", false).join();
    socket.sendText("image\"}", true).join();
    isEnded(talk, "feature_not_allowed");
  }

  /** All of them together hold no more than all bodies may, and nothing when they are over. */
  @Test
  void boundsWhatUnfinishedMessagesHold() throws Exception {
    String part = "{\"a\":\"" + "a".repeat(3_000_000);
    Talk waiting = new Talk();
    WebSocket unfinished = connect(waiting, forbidding("vision"));
    unfinished.sendText(part, false).join();
    await().until(() -> held() == part.length());
    Talk refused = new Talk();
    WebSocket other = connect(refused, forbidding("vision"));
    var _ = other.sendText(part, false);
    isEnded(refused, "service_unavailable");
    await().until(() -> held() == part.length());
    unfinished.sendText("\"}", true).join();
    assertThat(waiting.next()).isEqualTo(part + "\"}");
    assertThat(held()).isZero();
    unfinished.sendText(part, false).join();
    await().until(() -> held() == part.length());
    unfinished.abort();
    await().until(() -> held() == 0);
  }

  private static long held() {
    return gateway.bean(BodyMemory.class).heldBytes();
  }

  @Test
  void endsWhereAMessageIsTooLongToBeRead() throws Exception {
    Talk talk = new Talk();
    var _ = connect(talk, forbidding("vision")).sendText("a".repeat((4 << 20) + 1), true);
    isEnded(talk, "invalid_request");
  }

  /** A connection that is reset before all was taken never tells why. */
  @Test
  void tellsAClientThatReadsNothingBeforeAllIsWritten() throws Exception {
    String upgrade =
        """
        GET /v1/realtime?model=gpt-realtime HTTP/1.1
        Host: 127.0.0.1
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Authorization: Bearer %s

        """
            .formatted(gateway.newKey("prj_1", null, forbidding("vision")));
    byte[] part = frame(0x00);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(upgrade.replace("\n", "\r\n").getBytes(US_ASCII));
      assertThat(new String(in.readNBytes(12), US_ASCII)).isEqualTo("HTTP/1.1 101");
      out.write(frame(0x01));
      for (int written = 0; written < LONGEST; written += part.length) {
        out.write(part);
      }
      out.write(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
      assertThat(new String(in.readAllBytes(), ISO_8859_1))
          .contains("\"type\":\"error\"", "invalid_request", "\u0003\u00f0");
    }
  }

  /** 64 KiB, with a mask that changes nothing. */
  private static byte[] frame(int head) {
    ByteBuffer frame = ByteBuffer.allocate(14 + (1 << 16));
    frame.put((byte) head).put((byte) (0x80 | 127)).putLong(1 << 16);
    return frame.array();
  }

  @Test
  void letsPassWhatIsNotForbidden() throws Exception {
    Talk talk = new Talk();
    WebSocket socket = connect(talk, forbidding("vision"));
    String update = "{\"session\":{\"tools\":[{\"type\":\"function\"}],\"model\":\"any\"}}";
    socket.sendText(update, true).join();
    assertThat(talk.next()).isEqualTo(update);
    String sound =
        "{\"type\":\"input_audio_buffer.append\",\"audio\":\"" + "A".repeat(2_000_000) + "\"}";
    socket.sendText(sound, true).join();
    assertThat(talk.next()).isEqualTo(sound);
    socket.abort();
  }
}
