package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.observability.AccessLog;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.ProtocolOfPath;
import dev.tollgate.gateway.pipeline.RequestIds;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that Spring never sees, in the shape of the protocol that its path
 * speaks.
 *
 * @param protocol gives the body its shape
 * @param requestId the client's own if it can stand in a log line as it is, else a new one
 * @param method for the log; null if there was none, or if it is a key
 * @param path for the log, without its query; null if there was none, or if a key stands in it
 */
record RefusalAnswer(
    Rejection rejection,
    Protocol protocol,
    String requestId,
    @Nullable String method,
    @Nullable String path) {

  static RefusalAnswer to(HttpRequest request, Rejection rejection) {
    String target = request.uri();
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    boolean decoded = request.decoderResult().isSuccess();
    return new RefusalAnswer(
        rejection,
        ProtocolOfPath.of(path),
        RequestIds.of(request.headers().get(RequestIds.HEADER)),
        decoded ? withoutKey(request.method().name()) : null,
        decoded ? withoutKey(path) : null);
  }

  private static @Nullable String withoutKey(String text) {
    return KeyInTarget.isIn(text) ? null : text;
  }

  /** To what has not even a head. */
  static RefusalAnswer toUnknown(Rejection rejection) {
    return new RefusalAnswer(rejection, Protocol.PASS_THROUGH, RequestIds.of(null), null, null);
  }

  void log() {
    AccessLog.refusedAtTheEdge(method, path, rejection.code().status(), requestId);
  }

  FullHttpResponse render() {
    byte[] body = ErrorBodies.render(protocol, rejection, requestId);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(rejection.code().status()),
            Unpooled.wrappedBuffer(body));
    HttpHeaders headers = response.headers();
    headers.set(RequestIds.HEADER, requestId);
    headers.set(HttpHeaderNames.CONTENT_TYPE, ErrorBodies.mediaType(protocol));
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ErrorHeaders.write(rejection, headers::set);
    return response;
  }
}
