package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.OpenCalls;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.realtime.FrameRelay;
import dev.tollgate.gateway.realtime.HandshakeAnswer;
import dev.tollgate.gateway.realtime.HandshakeAnswer.Refusal;
import dev.tollgate.gateway.realtime.RelayEnd;
import dev.tollgate.gateway.realtime.SubProtocols;
import dev.tollgate.gateway.realtime.WebSocketEnd;
import dev.tollgate.gateway.streaming.AnswerListing;
import dev.tollgate.gateway.streaming.OpenAnswers;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.ClientEventReader;
import dev.tollgate.gateway.usage.EventUsageReader;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Connects a client's WebSocket with a provider's. The provider is asked first: while it has not
 * agreed, the client can still be told in plain HTTP why not.
 */
final class RealtimeCall {

  private static final Logger log = LoggerFactory.getLogger(RealtimeCall.class);

  /** One frame is held in memory; OpenAI's longest event, a piece of sound, is 15 MiB. */
  private static final int LONGEST_FRAME = 16 * 1024 * 1024;

  private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

  private final ProviderClients clients;
  private final InboxSink inbox;
  private final OpenAnswers open;
  private final OpenCalls calls;
  private final BodyMemory memory;
  private final DataSize longestMessage;

  /**
   * @param memory what messages are held in until they are complete, where they are read
   * @param longestMessage that is read
   */
  RealtimeCall(
      ProviderClients clients,
      InboxSink inbox,
      OpenAnswers open,
      OpenCalls calls,
      BodyMemory memory,
      DataSize longestMessage) {
    this.clients = clients;
    this.inbox = inbox;
    this.open = open;
    this.calls = calls;
    this.memory = memory;
    this.longestMessage = memory.bounded(longestMessage);
  }

  /** What a provider said to the opening handshake. */
  private sealed interface Handshake {

    record Agreed(Connection connection, @Nullable String protocol) implements Handshake {}

    record Refused(Refusal refusal) implements Handshake {}
  }

  /** Completes when both connections are closed. */
  Mono<Void> run(UpstreamCall call, List<UpstreamCredential> credentials) {
    call.exchange().get(UsageMeter.KEY).calling(call.service());
    return handshake(call, credentials.getFirst())
        .flatMap(outcome ->
            switch (outcome) {
              case Handshake.Agreed agreed ->
                  relay(call, agreed).doFinally(signal -> agreed.connection().dispose());
              case Handshake.Refused(Refusal refusal) -> refused(call, credentials, refusal);
            });
  }

  private Mono<Handshake> handshake(UpstreamCall call, UpstreamCredential credential) {
    HttpHeaders client = call.exchange().requestHeaders();
    List<String> offered = SubProtocols.forProvider(client.get(SUB_PROTOCOL));
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
        .<Handshake>map(connection -> new Handshake.Agreed(connection, answer.protocol()))
        .onErrorResume(failure -> failed(answer, failure));
  }

  private static WebsocketClientSpec asking(List<String> offered) {
    WebsocketClientSpec.Builder spec =
        WebsocketClientSpec.builder().handlePing(true).maxFramePayloadLength(LONGEST_FRAME);
    return offered.isEmpty() ? spec.build() : spec.protocols(String.join(",", offered)).build();
  }

  private static Mono<Handshake> failed(HandshakeAnswer answer, Throwable failure) {
    Refusal refusal = answer.refusal();
    return refusal == null
        ? Mono.error(CallFailures.beforeAnswer(failure))
        : Mono.just(new Handshake.Refused(refusal));
  }

  private Mono<Void> refused(
      UpstreamCall call, List<UpstreamCredential> credentials, Refusal refusal) {
    int status = refusal.status();
    if (status == 401 || status == 403) {
      return credentialRefused(call, credentials);
    }
    if (status < 400) {
      return Mono.error(
          (status < 300 ? CallFailures.NO_ANSWER : CallFailures.REDIRECTED).asException());
    }
    return writeRefusal(call, refusal);
  }

  private Mono<Void> credentialRefused(UpstreamCall call, List<UpstreamCredential> credentials) {
    String credentialId = credentials.getFirst().credentialId();
    if (credentialId != null) {
      String organizationId = call.exchange().get(Caller.KEY).organizationId();
      inbox.tell(InboxEvent.credentialRefused(organizationId, credentialId));
    }
    return credentials.size() > 1
        ? run(call, credentials.subList(1, credentials.size()))
        : Mono.error(CallFailures.CREDENTIAL_REFUSED.asException());
  }

  /** The provider's own answer, as on every other path. */
  private static Mono<Void> writeRefusal(UpstreamCall call, Refusal refusal) {
    ServerHttpResponse response = call.exchange().response();
    call.exchange().get(UsageMeter.KEY).answered(refusal.status(), false);
    response.setStatusCode(HttpStatusCode.valueOf(refusal.status()));
    HttpHeaders headers = response.getHeaders();
    UpstreamHeaders.answer(
        refusal.headers(), call.service(), AnswerHeaders.of(call.exchange()), headers);
    headers.set("x-tollgate-provider", call.service().provider());
    headers.set(ErrorHeaders.SOURCE, ErrorHeaders.SOURCE_PROVIDER);
    headers.setContentLength(refusal.body().length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(refusal.body())));
  }

  private Mono<Void> relay(UpstreamCall call, Handshake.Agreed agreed) {
    GatewayExchange exchange = call.exchange();
    EventUsageReader usage = new EventUsageReader(exchange.protocol(), longestTurn(exchange));
    UsageMeter meter = exchange.get(UsageMeter.KEY);
    meter.answered(HttpStatus.SWITCHING_PROTOCOLS.value(), true);
    meter.readUsage(usage);
    WebSocketEnd providerEnd =
        new WebSocketEnd(
            (WebsocketInbound) agreed.connection().inbound(),
            (WebsocketOutbound) agreed.connection().outbound());
    return upgrade(
        call,
        agreed.protocol(),
        client -> {
          // From now on only the relay tells how the request ended.
          meter.begun();
          BodyMemory.Share share = memory.open(exchange.get(Caller.KEY).organizationId());
          SessionAccess access = new SessionAccess(exchange, longestMessage, share);
          FrameRelay relay =
              new FrameRelay(
                  client,
                  providerEnd,
                  call.timeouts().betweenChunks(),
                  call.remaining(),
                  frame -> read(frame, access, usage.client()),
                  frame -> read(frame, meter, usage));
          // The web server cancels its handler as soon as the client's connection is gone; the row
          // must not go with it, so the relay runs to its end whoever still waits for it.
          Mono<RelayEnd> running =
              registered(exchange, relay)
                  .doOnNext(end -> meter.finish(outcome(end), code(end)))
                  .doOnError(failure -> broken(meter, failure))
                  .doFinally(signal -> share.close())
                  .cache();
          running.subscribe(end -> {}, alreadyTold -> {});
          return running.then();
        });
  }

  /** A relay tells how it ended; that it cannot is a mistake of ours, and still leaves its row. */
  private static void broken(UsageMeter meter, Throwable failure) {
    log.error("A realtime connection ended without saying how", failure);
    meter.finish(Outcome.FAILED, ErrorCode.INTERNAL_ERROR.code());
  }

  /** Runs it, and has it ended when the gateway shuts down or the caller may not go on. */
  private Mono<RelayEnd> registered(GatewayExchange exchange, FrameRelay relay) {
    AnswerListing listing = open.and(calls.of(exchange)).and(exchange.get(Admission.KEY));
    OpenRelay handle = new OpenRelay(exchange, relay);
    listing.add(handle);
    return relay
        .run()
        .doOnNext(end -> listing.remove(handle))
        .doFinally(signal -> listing.remove(handle));
  }

  private record OpenRelay(GatewayExchange exchange, FrameRelay relay)
      implements AnswerListing.OpenAnswer {

    @Override
    public void breakOffSoon(Rejection reason) {
      relay.breakOff();
    }

    @Override
    public void endSoon(Rejection reason) {
      relay.end(reason, ErrorBodies.renderRealtimeEvent(reason, exchange.requestId()));
    }
  }

  private static TokenUsage longestTurn(GatewayExchange exchange) {
    TokenUsage reserved = exchange.get(Admission.KEY).reservedTokens();
    return reserved == null ? EventUsageReader.LONGEST_TURN : reserved;
  }

  private static RelayEnd.@Nullable ByRule read(
      WebSocketFrame frame, SessionAccess access, ClientEventReader said) {
    RelayEnd.ByRule refusal = access.refusal(frame);
    if (refusal == null && isText(frame)) {
      said.accept(frame.content());
      if (frame.isFinalFragment()) {
        said.eventEnded();
      }
    }
    return refusal;
  }

  private static boolean isText(WebSocketFrame frame) {
    return frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame;
  }

  private static void read(WebSocketFrame frame, UsageMeter meter, EventUsageReader usage) {
    if (isText(frame)) {
      meter.passed(frame.content());
      if (frame.isFinalFragment() && usage.eventEnded()) {
        meter.taken(usage.told());
      }
    }
  }

  private interface Session {
    Publisher<Void> run(WebSocketEnd client);
  }

  /** reactor-netty's own upgrade completes with the handshake; this one with the session. */
  private static Mono<Void> upgrade(UpstreamCall call, @Nullable String protocol, Session session) {
    ServerHttpResponse response = call.exchange().response();
    response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
    AnswerHeaders.of(call.exchange()).writeTo(response.getHeaders());
    response.getHeaders().set("x-tollgate-provider", call.service().provider());
    HttpServerResponse server = ServerHttpResponseDecorator.getNativeResponse(response);
    Sinks.Empty<Void> ended = Sinks.empty();
    Mono<Void> upgraded =
        Mono.defer(() ->
            server.sendWebsocket(
                (in, out) ->
                    Mono.from(session.run(new WebSocketEnd(in, out)))
                        .doFinally(signal -> ended.tryEmitEmpty()),
                agreeing(protocol)));
    return response.setComplete().then(upgraded).then(ended.asMono());
  }

  private static WebsocketServerSpec agreeing(@Nullable String protocol) {
    WebsocketServerSpec.Builder spec =
        WebsocketServerSpec.builder().handlePing(true).maxFramePayloadLength(LONGEST_FRAME);
    return protocol == null ? spec.build() : spec.protocols(protocol).build();
  }

  private static Outcome outcome(RelayEnd end) {
    return switch (end) {
      case RelayEnd.ByClient client ->
          client.status() == null ? Outcome.CANCELLED : Outcome.COMPLETED;
      case RelayEnd.ByProvider provider ->
          isFailure(provider.status()) ? Outcome.FAILED : Outcome.COMPLETED;
      case RelayEnd.Idle() -> Outcome.FAILED;
      case RelayEnd.BrokenOff() -> Outcome.FAILED;
      case RelayEnd.ByRule rule -> Outcome.FAILED;
      case RelayEnd.TookTooLong() -> Outcome.FAILED;
    };
  }

  private static @Nullable String code(RelayEnd end) {
    return switch (end) {
      case RelayEnd.ByClient client -> null;
      case RelayEnd.ByProvider provider ->
          isFailure(provider.status()) ? CallFailures.BROKEN_OFF.code().code() : null;
      case RelayEnd.BrokenOff() -> ErrorCode.SERVICE_UNAVAILABLE.code();
      case RelayEnd.ByRule rule -> rule.reason().code().code();
      case RelayEnd.Idle() -> CallFailures.TOO_SLOW.code().code();
      case RelayEnd.TookTooLong() -> CallFailures.TOO_SLOW.code().code();
    };
  }

  /** Gone without a word, or with one that says it failed (RFC 6455, section 7.4.1). */
  private static boolean isFailure(@Nullable WebSocketCloseStatus status) {
    return status == null || (status.code() >= 1011 && status.code() <= 1014);
  }
}
