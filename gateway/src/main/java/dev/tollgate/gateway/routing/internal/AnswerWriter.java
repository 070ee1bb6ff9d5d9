package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.bodies.BodyRecording;
import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.OpenCalls;
import dev.tollgate.gateway.inspection.JoinedBody;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.streaming.AnswerListing;
import dev.tollgate.gateway.streaming.AnswerStream;
import dev.tollgate.gateway.streaming.AnswerTimeouts;
import dev.tollgate.gateway.streaming.InjectedUsageFilter;
import dev.tollgate.gateway.streaming.OpenAnswers;
import dev.tollgate.gateway.streaming.SseBoundary;
import dev.tollgate.gateway.streaming.SseEventCount;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageMeter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Hands a provider's answer to the client: a short one in one piece with its length, so that head
 * and body leave in one write; everything else chunk by chunk.
 */
final class AnswerWriter {

  private final long joinUpToBytes;
  private final OpenAnswers open;
  private final OpenCalls calls;
  private final InboxSink inbox;

  AnswerWriter(DataSize joinUpTo, OpenAnswers open, OpenCalls calls, InboxSink inbox) {
    this.joinUpToBytes = joinUpTo.toBytes();
    this.open = open;
    this.calls = calls;
    this.inbox = inbox;
  }

  /** Tells the administrators that a provider refuses a credential. */
  void credentialRefused(UpstreamCall call, UpstreamCredential credential) {
    Caller caller = call.exchange().get(Caller.KEY);
    String credentialId = credential.credentialId();
    if (credentialId != null) {
      inbox.tell(InboxEvent.credentialRefused(caller.organizationId(), credentialId));
    }
  }

  Mono<Void> write(UpstreamCall call, HttpClientResponse answer, Connection connection) {
    GatewayExchange exchange = call.exchange();
    ServerHttpResponse response = exchange.response();
    UsageMeter meter = exchange.get(UsageMeter.KEY);
    ByteBufFlux body = connection.inbound().receive();
    boolean events = isEventStream(answer);
    writeHead(call, answer, response);
    meter.answered(answer.status().code(), events);
    if (!(call.content().body() instanceof Body.None)) {
      // A stored response that is fetched again repeats what was counted when it was made.
      meter.readUsage(exchange.protocol(), response.getHeaders());
    }
    long length = length(answer);
    Flux<ByteBuf> stream = stream(call, body, connection, meter, events);
    if (!events && length >= 0 && length <= joinUpToBytes) {
      return JoinedBody.of(stream).flatMap(whole -> writeWhole(whole, response, meter));
    }
    NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
    return response.writeWith(stream.map(buffers::wrap));
  }

  private static Mono<Void> writeWhole(
      ByteBuf whole, ServerHttpResponse response, UsageMeter meter) {
    if (!whole.isReadable()) {
      whole.release();
      return response.setComplete();
    }
    NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
    response.getHeaders().setContentLength(whole.readableBytes());
    tellCost(meter.charge(), response.getHeaders());
    return response.writeWith(Mono.just(buffers.wrap(whole)));
  }

  private Flux<ByteBuf> stream(
      UpstreamCall call,
      ByteBufFlux body,
      Connection connection,
      UsageMeter meter,
      boolean events) {
    GatewayExchange exchange = call.exchange();
    return new AnswerStream(
        body,
        connection.channel().eventLoop(),
        new AnswerStream.Handling(
            BodyRecording.beside(meter, exchange.find(BodyRecording.KEY)),
            new AnswerTimeouts(call.timeouts().betweenChunks(), call.remaining()),
            RouteSettings.of(exchange).onClientGone(),
            events && call.isAskingForUsage() ? new InjectedUsageFilter() : null,
            events ? new ErrorEvent(exchange) : AnswerStream.LastEvent.NONE,
            CallFailures::withinAnswer),
        listing(call, events));
  }

  /**
   * A stream ends with its caller's right to it, any answer where a limit is reached; all others in
   * flight are left to end.
   */
  private AnswerListing listing(UpstreamCall call, boolean events) {
    Admission admission = call.exchange().get(Admission.KEY);
    AnswerListing listing = admission.countsOutput() ? open.and(admission) : open;
    return events || call.content().stream() ? listing.and(calls.of(call.exchange())) : listing;
  }

  private static void writeHead(
      UpstreamCall call, HttpClientResponse answer, ServerHttpResponse response) {
    int status = answer.status().code();
    HttpHeaders headers = response.getHeaders();
    response.setStatusCode(HttpStatusCode.valueOf(status));
    UpstreamHeaders.answer(
        answer.responseHeaders(), call.service(), AnswerHeaders.of(call.exchange()), headers);
    headers.set("x-tollgate-provider", call.service().provider());
    setIfPresent(headers, "x-tollgate-model", call.model());
    headers.set("x-tollgate-overhead-ms", millis(call.overheadNanos()));
    if (status >= 400) {
      headers.set(ErrorHeaders.SOURCE, ErrorHeaders.SOURCE_PROVIDER);
    }
  }

  /** Known before the head leaves only where the whole body is; a stream is not held up for it. */
  private static void tellCost(@Nullable Charge charge, HttpHeaders headers) {
    if (charge != null) {
      headers.set("x-tollgate-cost-usd", usd(charge.microUsd()));
    }
  }

  private static String usd(long microUsd) {
    BigDecimal usd = BigDecimal.valueOf(microUsd, 6).stripTrailingZeros();
    return usd.toPlainString();
  }

  private static void setIfPresent(HttpHeaders headers, String name, @Nullable String value) {
    if (value != null && isPrintable(value)) {
      headers.set(name, value);
    }
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < 0x20 || value.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String millis(long nanos) {
    long micros = nanos / 1000;
    // by hand: a format string is parsed anew each time, which was more than a hundredth of a
    // request
    String thousandths = Long.toString(1000 + micros % 1000);
    return micros / 1000 + "." + thousandths.substring(1);
  }

  private static boolean isEventStream(HttpClientResponse answer) {
    String type = answer.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
  }

  private static long length(HttpClientResponse answer) {
    String length = answer.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The protocol's error event, set off from what passed before it. */
  private static final class ErrorEvent implements AnswerStream.LastEvent {

    private final GatewayExchange exchange;
    private final SseBoundary boundary = new SseBoundary();
    private final @Nullable SseEventCount events;

    ErrorEvent(GatewayExchange exchange) {
      this.exchange = exchange;
      this.events = isOfResponses(exchange) ? new SseEventCount() : null;
    }

    private static boolean isOfResponses(GatewayExchange exchange) {
      String path = exchange.request().getURI().getRawPath();
      return exchange.protocol() == Protocol.OPENAI
          && (path.endsWith("/v1/responses") || path.contains("/v1/responses/"));
    }

    @Override
    public void left(ByteBuf chunk) {
      boundary.passed(chunk);
      if (events != null) {
        events.passed(chunk);
      }
    }

    @Override
    public ByteBuf of(Rejection rejection) {
      byte[] event =
          events == null
              ? ErrorBodies.renderEvent(exchange.protocol(), rejection, exchange.requestId())
              : ErrorBodies.renderResponsesEvent(rejection, events.count());
      byte[] separator = boundary.separator().getBytes(StandardCharsets.US_ASCII);
      return Unpooled.wrappedBuffer(separator, event);
    }
  }
}
