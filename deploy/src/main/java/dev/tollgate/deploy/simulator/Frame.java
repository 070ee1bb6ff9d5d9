package dev.tollgate.deploy.simulator;

import java.nio.charset.StandardCharsets;

/**
 * Bytes that leave in one write.
 *
 * @param bytes not copied: whoever makes a frame gives it away
 * @param outputTokens what the ledger counts as generated with it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; a list of boxed bytes would cost more than it
// tells
public record Frame(byte[] bytes, int outputTokens) {

  static Frame of(String text) {
    return new Frame(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  static Frame of(String text, int outputTokens) {
    return new Frame(text.getBytes(StandardCharsets.UTF_8), outputTokens);
  }

  Frame withBytes(byte[] other) {
    return new Frame(other, outputTokens);
  }
}
