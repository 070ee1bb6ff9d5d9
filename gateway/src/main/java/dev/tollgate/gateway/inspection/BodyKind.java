package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Protocol;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** How a body is read. */
enum BodyKind {
  NONE,
  JSON,
  /** Its fields are read in passing. */
  FORM,
  OTHER,
  REFUSED;

  private static final String UTF_8 = "utf-8";

  static BodyKind of(GatewayExchange exchange) {
    HttpHeaders headers = exchange.requestHeaders();
    if (!hasBody(headers)) {
      return NONE;
    }
    if (headers.getOrEmpty(HttpHeaders.CONTENT_TYPE).size() > 1) {
      // The provider might go by the one that was not looked at.
      return REFUSED;
    }
    String type = essence(headers.getFirst(HttpHeaders.CONTENT_TYPE));
    if (isJson(type)) {
      return isPlainJson(headers) ? JSON : REFUSED;
    }
    if (exchange.protocol() == Protocol.PASS_THROUGH) {
      return OTHER;
    }
    return type.equals("multipart/form-data") ? ofForm(exchange) : ofUntyped(type, headers);
  }

  private static BodyKind ofForm(GatewayExchange exchange) {
    boolean known =
        exchange.request().getMethod().equals(HttpMethod.POST)
            && RequestInspectionFilter.formModel(exchange) != FormModel.NO_FORM;
    return known && !isEncoded(exchange.requestHeaders()) ? FORM : REFUSED;
  }

  /** A missing type is taken for JSON on a protocol's path, and read as such. */
  private static BodyKind ofUntyped(String type, HttpHeaders headers) {
    return type.isEmpty() && isPlainJson(headers) ? JSON : REFUSED;
  }

  private static boolean isJson(String type) {
    return type.equals("application/json") || type.endsWith("+json");
  }

  static boolean hasBody(HttpHeaders headers) {
    return headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isPlainJson(HttpHeaders headers) {
    return !isEncoded(headers) && isUtf8(headers.getFirst(HttpHeaders.CONTENT_TYPE));
  }

  private static boolean isEncoded(HttpHeaders headers) {
    List<String> encodings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
    return !encodings.isEmpty() && !encodings.equals(List.of("identity"));
  }

  /**
   * Whether every reader takes a body of this type for UTF-8: no character set is named, or this
   * one, once.
   */
  static boolean isUtf8(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    try {
      var charset = ParameterizedValue.parse(withoutLastSemicolon(contentType)).only("charset");
      return charset == null || charset.value().equalsIgnoreCase(UTF_8);
    } catch (MalformedBodyException e) {
      return false;
    }
  }

  /** An empty parameter is legal (RFC 9110, 5.6.6), and some clients send one. */
  private static String withoutLastSemicolon(String contentType) {
    String text = ParameterizedValue.strip(contentType);
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  private static String essence(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
