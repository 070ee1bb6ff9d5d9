package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.RequestBody;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.usage.UsageMeter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/** The end of the way: calls the provider once, and hands its answer on. Never retries a POST. */
final class ProviderCallFilter extends StageFilter {

  private static final Logger log = LoggerFactory.getLogger(ProviderCallFilter.class);

  private final ProviderClients clients;
  private final AnswerWriter answers;
  private final RealtimeCall realtime;

  ProviderCallFilter(ProviderClients clients, AnswerWriter answers, RealtimeCall realtime) {
    super(PipelineStage.PROVIDER_CALL);
    this.clients = clients;
    this.answers = answers;
    this.realtime = realtime;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    UpstreamCall call = UpstreamCall.of(exchange);
    List<UpstreamCredential> credentials = exchange.get(ProviderCredentialFilter.CREDENTIALS);
    return RouteSettings.of(exchange).webSocket()
        ? realtime.run(call, credentials)
        : attempt(call, credentials);
  }

  private Mono<Void> attempt(UpstreamCall call, List<UpstreamCredential> credentials) {
    HeadDeadline deadline = new HeadDeadline(call.untilHead());
    UpstreamCredential credential = credentials.getFirst();
    call.exchange().get(UsageMeter.KEY).calling(call.service());
    return clients
        .connectingWithin(call.timeouts().connect())
        .request(HttpMethod.valueOf(call.exchange().request().getMethod().name()))
        .uri(call.uri(credential))
        .send((request, outbound) -> send(call, credential, deadline, request, outbound))
        .responseConnection((response, connection) -> {
          deadline.stop();
          return answer(call, credentials, response, connection);
        })
        .then()
        // the client asks for it several times, each time through all operators of the way here
        .contextWrite(Function.identity())
        .onErrorMap(failure -> meaning(call, deadline, failure))
        .doFinally(signal -> deadline.stop());
  }

  private static Throwable meaning(UpstreamCall call, HeadDeadline deadline, Throwable failure) {
    if (!(failure instanceof RejectionException)) {
      log.warn(
          "Request {}: service {} at {} failed: {}",
          call.exchange().requestId(),
          call.service().serviceId(),
          call.service().baseUrl().getAuthority(),
          failure.toString());
    }
    return deadline.hasPassed()
        ? CallFailures.TOO_SLOW.asException()
        : CallFailures.beforeAnswer(failure);
  }

  private static Publisher<Void> send(
      UpstreamCall call,
      UpstreamCredential credential,
      HeadDeadline deadline,
      HttpClientRequest request,
      NettyOutbound outbound) {
    HttpHeaders client = call.exchange().requestHeaders();
    UpstreamHeaders.request(client, call.service(), request.requestHeaders());
    credential.writeTo(request.requestHeaders());
    call.sending();
    outbound.withConnection(connection -> deadline.start(connection.channel()));
    return switch (call.content().body()) {
      case Body.None() -> outbound.then();
      case Body.Whole whole ->
          outbound.send(
              Mono.fromSupplier(
                  () -> whole.held().read(bytes -> call.edited(bytes, outbound.alloc()))));
      case Body.Passing(var bytes, var _, var _, var _) -> {
        if (client.getContentLength() >= 0) {
          request.requestHeaders().set(HttpHeaderNames.CONTENT_LENGTH, client.getContentLength());
        }
        yield outbound.send(bytes);
      }
    };
  }

  private Mono<Void> answer(
      UpstreamCall call,
      List<UpstreamCredential> credentials,
      HttpClientResponse response,
      Connection connection) {
    int status = response.status().code();
    if (status == 401 || status == 403) {
      connection.dispose();
      call.exchange().get(UsageMeter.KEY).answered(status, false);
      return credentialRefused(call, credentials);
    }
    if (status >= 300 && status < 400 && status != 304) {
      connection.dispose();
      call.exchange().get(UsageMeter.KEY).answered(CallFailures.REDIRECTED.code().status(), false);
      return Mono.error(CallFailures.REDIRECTED.asException());
    }
    if (hasLeft(connection.channel())) {
      // What has been sent need not be kept for as long as the answer takes.
      RequestBody.sent(call.exchange());
      response.requestHeaders().clear();
    }
    return answers.write(call, response, connection);
  }

  /** A provider may answer before it has read all of what it was sent, or any of it. */
  private static boolean hasLeft(Channel channel) {
    ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
    return leaving != null && leaving.isEmpty();
  }

  /** A replaced credential that is still in its grace period serves where the new one does not. */
  private Mono<Void> credentialRefused(UpstreamCall call, List<UpstreamCredential> credentials) {
    answers.credentialRefused(call, credentials.getFirst());
    boolean another = credentials.size() > 1 && !(call.content().body() instanceof Body.Passing);
    return another
        ? attempt(call, credentials.subList(1, credentials.size()))
        : Mono.error(CallFailures.CREDENTIAL_REFUSED.asException());
  }
}
