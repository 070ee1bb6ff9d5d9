package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Builds forms, proper and otherwise. */
final class Form {

  static final String BOUNDARY = "----x0123456789abcdef";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A field as browsers and SDKs send it. */
  Form field(String name, String value) {
    return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(UTF_8));
  }

  Form file(String name, byte[] content) {
    return part(
        "Content-Disposition: form-data; name=\"%s\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg"
            .formatted(name),
        content);
  }

  /** A part with headers of its own, without the line break after the last. */
  Form part(String headers, byte[] content) {
    raw("--" + BOUNDARY + "\r\n" + headers + "\r\n\r\n");
    bytes.writeBytes(content);
    return raw("\r\n");
  }

  Form part(String headers, String content) {
    return part(headers, content.getBytes(UTF_8));
  }

  Form raw(String text) {
    bytes.writeBytes(text.getBytes(UTF_8));
    return this;
  }

  Form rawBytes(String latin1) {
    bytes.writeBytes(latin1.getBytes(ISO_8859_1));
    return this;
  }

  /** The form so far, without an end. */
  byte[] open() {
    return bytes.toByteArray();
  }

  byte[] closed() {
    return raw("--" + BOUNDARY + "--\r\n").open();
  }
}
