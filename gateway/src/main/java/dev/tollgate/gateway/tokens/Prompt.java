package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Sums what a request's body holds; texts go to a sink, all else is added as numbers. */
final class Prompt {

  private static final int HIDDEN_BYTES_PER_TOKEN = 3;

  private final TextSink texts;
  private final JsonTextDecoder decoder;
  private final JsonBody json;

  /** What is longer is no name of anything, and is read by the model for all one knows. */
  static final int LABEL = 64;

  private long added;
  private boolean estimated;
  private boolean open;

  Prompt(JsonBody json, TextSink texts) {
    this.json = json;
    this.texts = texts;
    this.decoder = new JsonTextDecoder(texts);
  }

  /** The string that stands next is text. */
  void text() {
    Written written = texts.remembers() ? json.written() : null;
    if (written != null && texts.recalls(written)) {
      json.pass();
      return;
    }
    Written kept = written == null ? null : written.kept();
    json.string(decoder::add);
    decoder.end();
    if (kept != null) {
      texts.remember(kept);
    }
  }

  /** The value that stands next is text as it is written. */
  void written() {
    json.raw(decoder::add);
    decoder.end();
  }

  /** A text that the caller has read already. */
  void text(String text) {
    texts.add(text.toCharArray(), 0, text.length());
    texts.end();
  }

  /** Tokens of an overhead that is known. */
  void add(long tokens) {
    added = Math.addExact(added, tokens);
  }

  /** Tokens that no encoding has counted. */
  void addEstimated(long tokens) {
    estimated = true;
    add(tokens);
  }

  /** Something is added by the provider. */
  void unseen() {
    open = true;
  }

  /** A string that only the provider can read, and counts. */
  void hidden() {
    long[] length = new long[1];
    json.raw((bytes, from, to) -> length[0] += to - from);
    addEstimated(Math.ceilDiv(length[0], HIDDEN_BYTES_PER_TOKEN));
  }

  /** The string that stands next, if it is short enough to be a label; a longer one is text. */
  String label() {
    String plain = json.plain(LABEL);
    return plain != null ? plain : decodedLabel();
  }

  private String decodedLabel() {
    byte[] labelBytes = new byte[LABEL];
    int[] length = new int[1];
    boolean[] longer = new boolean[1];
    json.string((bytes, from, to) -> {
      int part = Math.min(to - from, LABEL - length[0]);
      System.arraycopy(bytes, from, labelBytes, length[0], part);
      length[0] += part;
      if (longer[0] || part < to - from) {
        if (!longer[0]) {
          decoder.add(labelBytes, 0, LABEL);
        }
        longer[0] = true;
        decoder.add(bytes, from + part, to);
      }
    });
    if (longer[0]) {
      decoder.end();
      return "";
    }
    return new String(labelBytes, 0, length[0], UTF_8).replace("\\/", "/");
  }

  long tokens() {
    return Math.addExact(added, texts.tokens());
  }

  boolean isExact() {
    return !estimated && texts.isExact();
  }

  boolean isOpen() {
    return open;
  }
}
