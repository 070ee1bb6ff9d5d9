package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.gateway.inspection.ParameterizedValue.Parameter;

/**
 * The boundary of a {@code multipart/form-data} body (RFC 2046, section 5.1.1).
 *
 * @param value 1 to 70 legal characters, the last one no space
 */
record MultipartBoundary(String value) {

  private static final int MAX_LENGTH = 70;

  MultipartBoundary {
    if (value.isEmpty()
        || value.length() > MAX_LENGTH
        || value.endsWith(" ")
        || !value.chars().allMatch(HeaderSyntax::isBoundaryChar)) {
      throw new MalformedBodyException("The boundary of the multipart body is not legal.", null);
    }
  }

  /**
   * Reads the request's {@code Content-Type}.
   *
   * @throws MalformedBodyException if it is not {@code multipart/form-data} with one legal
   *     boundary, and at most UTF-8 as a charset, beside it
   */
  static MultipartBoundary of(String contentType) {
    ParameterizedValue type = ParameterizedValue.parse(contentType);
    Parameter boundary = type.only("boundary");
    if (!type.value().equals("multipart/form-data") || boundary == null) {
      throw new MalformedBodyException("The multipart body has no boundary.", null);
    }
    Parameter charset = type.only("charset");
    if (charset != null && !charset.value().equalsIgnoreCase("utf-8")) {
      throw new MalformedBodyException("The multipart body is not in UTF-8.", null);
    }
    if (type.parameters().size() > (charset == null ? 1 : 2)) {
      throw new MalformedBodyException("The Content-Type has a parameter too many.", null);
    }
    return new MultipartBoundary(boundary.value());
  }

  /** What every delimiter line begins with. */
  byte[] dashed() {
    return ("--" + value).getBytes(US_ASCII);
  }
}
