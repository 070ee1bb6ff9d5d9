package dev.tollgate.gateway.usage;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what passes and lends the result inwards. Bounded: an answer that grows beyond {@link
 * #MOST_INFLATED}, or faster than {@link #MOST_RATIO} times its size, is a bomb or no answer of a
 * model, and is read no further; so is one that is not what its header said.
 */
final class InflatingScanner implements AnswerScanner {

  /** Bytes after inflation that are read of one answer. */
  static final long MOST_INFLATED = 256L * 1024 * 1024;

  /** Deflate reaches 1032; answers of models stay below 30. Bounds the work a chunk can cause. */
  static final long MOST_RATIO = 64;

  /** Small answers may be as repetitive as they like. */
  static final long FREE_INFLATED = 256L * 1024;

  /** How the compressed bytes are wrapped. */
  enum Framing {
    /** RFC 1952. */
    GZIP,
    /** RFC 1950; {@code Content-Encoding: deflate} as RFC 9110 §8.4.1.2 has it. */
    ZLIB
  }

  private final AnswerScanner inner;
  private final Framing framing;
  private final GzipHeader header = new GzipHeader();
  private final byte[] inflated = new byte[4096];
  private final Inflater inflater;
  private long taken;
  private long given;
  private boolean stopped;

  InflatingScanner(Framing framing, AnswerScanner inner) {
    this.framing = framing;
    this.inner = inner;
    this.inflater = new Inflater(framing == Framing.GZIP);
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    if (stopped) {
      return;
    }
    taken += to - from;
    int start = framing == Framing.GZIP ? header.skip(bytes, from, to) : from;
    try {
      inflate(bytes, start, to);
    } catch (DataFormatException e) {
      close();
    }
  }

  private void inflate(byte[] bytes, int from, int to) throws DataFormatException {
    inflater.setInput(bytes, from, to - from);
    while (!stopped && !inflater.needsInput()) {
      int length = inflater.inflate(inflated);
      given += length;
      inner.scan(inflated, 0, length);
      if (inflater.finished() || inflater.needsDictionary() || isTooMuch()) {
        close();
      }
    }
  }

  private boolean isTooMuch() {
    return given > MOST_INFLATED || given > FREE_INFLATED + taken * MOST_RATIO;
  }

  @Override
  public void close() {
    if (!stopped) {
      stopped = true;
      inflater.end();
    }
  }
}
