package dev.tollgate.gateway.tokens;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the names of members, decoded; one that is too long to have a meaning reads as empty. */
final class Names {

  private static final int LONGEST = 64;

  private final JsonBody json;
  private final Prompt prompt;

  /** Made when it is needed: hardly any name is written with an escape. */
  private @Nullable Decoded decoded;

  Names(JsonBody json, Prompt prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  /** The name that stands next. */
  String next() {
    String plain = json.plain(LONGEST);
    return plain != null ? plain : decoded();
  }

  private String decoded() {
    if (decoded == null) {
      decoded = new Decoded();
    }
    return decoded.next(json);
  }

  /** The name that stands next is one that the caller made up, and the model reads. */
  void nextAsText() {
    prompt.text();
  }

  private static final class Decoded {

    private final Collector collector = new Collector();
    private final JsonTextDecoder decoder = new JsonTextDecoder(collector);

    String next(JsonBody json) {
      collector.length = 0;
      json.string(decoder::add);
      decoder.end();
      return collector.length > LONGEST ? "" : new String(collector.held, 0, collector.length);
    }
  }

  private static final class Collector implements TextSink {

    private final char[] held = new char[LONGEST];
    private int length;

    @Override
    public void add(char[] text, int from, int to) {
      int part = Math.min(to - from, Math.max(0, LONGEST - length));
      System.arraycopy(text, from, held, Math.min(length, LONGEST), part);
      length = Math.min(LONGEST + 1, length + to - from);
    }

    @Override
    public void end() {}

    @Override
    public long tokens() {
      return 0;
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public String toString() {
      return Arrays.toString(held);
    }
  }
}
