package dev.tollgate.gateway.network.internal;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/**
 * Sends no body in answer to HEAD, whatever it is given; the other half of {@link
 * StrictRequestDecoder}.
 */
final class MethodAwareResponseEncoder extends HttpResponseEncoder {

  private final StrictRequestDecoder requests;

  MethodAwareResponseEncoder(StrictRequestDecoder requests) {
    this.requests = requests;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      return super.isContentAlwaysEmpty(response);
    }
    boolean head = HttpMethod.HEAD.equals(requests.pollUnanswered());
    return head || super.isContentAlwaysEmpty(response);
  }
}
