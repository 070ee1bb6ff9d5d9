package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.error.ErrorBodies;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
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

/**
 * The answer to a request that Spring never sees, in the shape of the protocol that its path
 * speaks.
 *
 * @param protocol gives the body its shape
 * @param requestId the client's own if it can stand in a log line as it is, else a new one
 */
record RefusalAnswer(Rejection rejection, Protocol protocol, String requestId) {

  static RefusalAnswer to(HttpRequest request, Rejection rejection) {
    String target = request.uri();
    int question = target.indexOf('?');
    return new RefusalAnswer(
        rejection,
        ProtocolOfPath.of(question < 0 ? target : target.substring(0, question)),
        RequestIds.of(request.headers().get(RequestIds.HEADER)));
  }

  /** To what has not even a head. */
  static RefusalAnswer toUnknown(Rejection rejection) {
    return new RefusalAnswer(rejection, Protocol.PASS_THROUGH, RequestIds.of(null));
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
