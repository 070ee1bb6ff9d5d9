package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.realtime.HandshakeAnswer;
import dev.tollgate.gateway.realtime.HandshakeAnswer.Refusal;
import dev.tollgate.gateway.realtime.SubProtocols;
import dev.tollgate.gateway.realtime.WebSocketEnd;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** What a provider said to the opening handshake of a WebSocket. */
sealed interface RealtimeHandshake {

  /** One frame is held in memory; OpenAI's longest event, a piece of sound, is 15 MiB. */
  int LONGEST_FRAME = 16 * 1024 * 1024;

  /**
   * It has agreed.
   *
   * @param protocol the sub-protocol that it chose; null: none
   */
  record Agreed(Connection connection, @Nullable String protocol) implements RealtimeHandshake {

    WebSocketEnd end() {
      return new WebSocketEnd(
          (WebsocketInbound) connection.inbound(), (WebsocketOutbound) connection.outbound());
    }
  }

  /** It has answered in plain HTTP. */
  record Refused(Refusal refusal) implements RealtimeHandshake {}

  /** Asks the call's provider; fails where it gives no answer. */
  static Mono<RealtimeHandshake> with(
      ProviderClients clients, UpstreamCall call, UpstreamCredential credential) {
    HttpHeaders client = call.exchange().requestHeaders();
    List<String> offered = SubProtocols.forProvider(client.get("Sec-WebSocket-Protocol"));
    HandshakeAnswer answer = new HandshakeAnswer(offered);
    return clients
        .connectingWithin(call.timeouts().connect())
        .headers(upstream -> {
          UpstreamHeaders.request(client, call.service(), upstream);
          credential.writeTo(upstream);
        })
        .doOnRequest((request, connection) -> {
          call.sending();
          answer.install(connection);
        })
        .websocket(asking(offered))
        .uri(call.webSocketUrl(credential))
        .connect()
        .timeout(call.timeouts().firstByte(), Mono.error(CallFailures.TOO_SLOW::asException))
        .<RealtimeHandshake>map(connection -> new Agreed(connection, answer.protocol()))
        .onErrorResume(failure -> failed(answer, failure));
  }

  private static WebsocketClientSpec asking(List<String> offered) {
    WebsocketClientSpec.Builder spec =
        WebsocketClientSpec.builder().handlePing(true).maxFramePayloadLength(LONGEST_FRAME);
    return offered.isEmpty() ? spec.build() : spec.protocols(String.join(",", offered)).build();
  }

  private static Mono<RealtimeHandshake> failed(HandshakeAnswer answer, Throwable failure) {
    Refusal refusal = answer.refusal();
    return refusal == null
        ? Mono.error(CallFailures.beforeAnswer(failure))
        : Mono.just(new Refused(refusal));
  }
}
