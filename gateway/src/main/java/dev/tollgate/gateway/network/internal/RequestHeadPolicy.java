package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which request heads may come in. Refuses whatever two HTTP implementations have ever read in two
 * ways: how long the message is, which host it is for, and what its target is.
 */
final class RequestHeadPolicy {

  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  /** Far above any SDK's; keeps a head of 32 KB from being 8,000 headers. */
  private static final int MOST_HEADERS = 256;

  private static final char DELETE = 0x7f;

  private final Predicate<HttpRequest> mayUpgrade;

  /**
   * @param mayUpgrade which requests may ask for a WebSocket
   */
  RequestHeadPolicy(Predicate<HttpRequest> mayUpgrade) {
    this.mayUpgrade = mayUpgrade;
  }

  /** Why the request is refused; null if it is not. */
  @Nullable Rejection refusalOf(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return undecodable(request.decoderResult().cause());
    }
    String malformed = malformation(request);
    if (malformed != null) {
      return Rejection.of(ErrorCode.INVALID_REQUEST, malformed);
    }
    if (request.headers().size() > MOST_HEADERS) {
      return Rejection.of(ErrorCode.HEAD_TOO_LARGE, "The request has too many headers.");
    }
    return refusalOfExpectation(request.headers());
  }

  private @Nullable String malformation(HttpRequest request) {
    if (!METHODS.contains(request.method())) {
      return "The method is not supported.";
    }
    if (!isHttp1(request.protocolVersion())) {
      return "The HTTP version is not supported.";
    }
    String target = RequestTargetPolicy.refusalOf(request.uri());
    if (target != null) {
      return target;
    }
    if (!HostPolicy.permits(request.headers().getAll(HttpHeaderNames.HOST))) {
      return "The request needs exactly one well-formed Host header.";
    }
    if (hasControls(request.headers())) {
      return "A header contains a control character.";
    }
    String framing = malformedFraming(request);
    return framing != null ? framing : refusalOfUpgrade(request);
  }

  private static boolean isHttp1(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
  }

  /** Names are tokens by now, but Netty lets values have controls that do not end a line. */
  private static boolean hasControls(HttpHeaders headers) {
    for (Iterator<Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        all.hasNext(); ) {
      if (hasControls(all.next().getValue())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasControls(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == DELETE) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String malformedFraming(HttpRequest request) {
    List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!lengths.isEmpty() && !encodings.isEmpty()) {
      return "The request has both Content-Length and Transfer-Encoding.";
    }
    if (lengths.size() > 1 || (lengths.size() == 1 && !isNumber(lengths.getFirst()))) {
      return "The request needs one Content-Length, a number.";
    }
    if (encodings.isEmpty()) {
      return null;
    }
    boolean chunked = encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked");
    return chunked && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        ? null
        : "The only Transfer-Encoding is chunked, in HTTP/1.1.";
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private @Nullable String refusalOfUpgrade(HttpRequest request) {
    List<String> upgrades = request.headers().getAll(HttpHeaderNames.UPGRADE);
    if (upgrades.isEmpty()) {
      return null;
    }
    boolean webSocket =
        upgrades.size() == 1
            && HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(upgrades.getFirst());
    return webSocket && request.method().equals(HttpMethod.GET) && mayUpgrade.test(request)
        ? null
        : "The connection cannot be upgraded here.";
  }

  private static @Nullable Rejection refusalOfExpectation(HttpHeaders headers) {
    for (String expectation : headers.getAll(HttpHeaderNames.EXPECT)) {
      if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
        return Rejection.of(ErrorCode.EXPECTATION_FAILED, "The only expectation is 100-continue.");
      }
    }
    return null;
  }

  private static Rejection undecodable(Throwable failure) {
    return switch (failure) {
      case TooLongHttpLineException e ->
          Rejection.of(ErrorCode.TARGET_TOO_LONG, "The request line is too long.");
      case TooLongHttpHeaderException e ->
          Rejection.of(ErrorCode.HEAD_TOO_LARGE, "The request's headers are too large.");
      default -> Rejection.of(ErrorCode.INVALID_REQUEST, "The request is not well-formed HTTP.");
    };
  }
}
