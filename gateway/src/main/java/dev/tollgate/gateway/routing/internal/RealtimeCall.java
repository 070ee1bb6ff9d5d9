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
import dev.tollgate.gateway.realtime.HandshakeAnswer.Refusal;
import dev.tollgate.gateway.realtime.Passage;
import dev.tollgate.gateway.realtime.RelayEnd;
import dev.tollgate.gateway.realtime.WebSocketEnd;
import dev.tollgate.gateway.streaming.AnswerListing;
import dev.tollgate.gateway.streaming.OpenAnswers;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter;
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
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * Connects a client's WebSocket with a provider's. The provider is asked first: while it has not
 * agreed, the client can still be told in plain HTTP why not.
 */
final class RealtimeCall {

  private static final Logger log = LoggerFactory.getLogger(RealtimeCall.class);

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

  /** Completes when both connections are closed. */
  Mono<Void> run(UpstreamCall call, List<UpstreamCredential> credentials) {
    call.exchange().get(UsageMeter.KEY).calling(call.service());
    return RealtimeHandshake.with(clients, call, credentials.getFirst())
        .flatMap(outcome ->
            switch (outcome) {
              case RealtimeHandshake.Agreed agreed ->
                  relay(call, agreed).doFinally(signal -> agreed.connection().dispose());
              case RealtimeHandshake.Refused(Refusal refusal) ->
                  refused(call, credentials, refusal);
            });
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

  private Mono<Void> relay(UpstreamCall call, RealtimeHandshake.Agreed agreed) {
    GatewayExchange exchange = call.exchange();
    Conversation conversation = new Conversation(exchange);
    UsageMeter meter = exchange.get(UsageMeter.KEY);
    meter.answered(HttpStatus.SWITCHING_PROTOCOLS.value(), true);
    meter.readUsage(conversation.usage());
    WebSocketEnd providerEnd = agreed.end();
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
                  frame -> judge(frame, access, conversation),
                  conversation::heardFromProvider);
          // The web server cancels its handler as soon as the client's connection is gone; the row
          // must not go with it, so the relay runs to its end whoever still waits for it.
          Mono<RelayEnd> running =
              registered(exchange, relay)
                  .doOnNext(end -> finish(meter, RealtimeOutcome.of(end)))
                  .doOnError(failure -> broken(meter, failure))
                  .doFinally(signal -> share.close())
                  .cache();
          running.subscribe(end -> {}, alreadyTold -> {});
          return running.then();
        });
  }

  private static Passage judge(
      WebSocketFrame frame, SessionAccess access, Conversation conversation) {
    RelayEnd.ByRule refusal = access.refusal(frame);
    return refusal == null ? conversation.heardFromClient(frame) : new Passage.Ends(refusal);
  }

  private static void finish(UsageMeter meter, RealtimeOutcome how) {
    meter.finish(how.outcome(), how.errorCode());
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
        WebsocketServerSpec.builder()
            .handlePing(true)
            .maxFramePayloadLength(RealtimeHandshake.LONGEST_FRAME);
    return protocol == null ? spec.build() : spec.protocols(protocol).build();
  }
}
