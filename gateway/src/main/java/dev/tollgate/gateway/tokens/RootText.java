package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.tokens.JsonBody.Kind;
import io.netty.buffer.ByteBuf;

/** Tells how long a text is that a request has in its root, whatever the length of the request. */
public final class RootText {

  private final Characters characters = new Characters();
  private final JsonBody json;
  private final Prompt prompt;
  private final Names names;

  private RootText(ByteBuf body) {
    this.json = new JsonBody(body);
    this.prompt = new Prompt(json, characters);
    this.names = new Names(json, prompt);
  }

  /**
   * The characters of the text of this name, as code points; of several, in whatever case, those of
   * the longest, since readers differ in which one they take. What is no text counts as it is
   * written; 0 where there is none.
   *
   * @param body JSON that is well-formed
   */
  public static long characters(ByteBuf body, String name) {
    return new RootText(body).longest(name);
  }

  private long longest(String name) {
    if (json.kind() != Kind.OBJECT) {
      return 0;
    }
    long longest = 0;
    json.enter();
    while (json.hasNext()) {
      if (names.next().equalsIgnoreCase(name)) {
        longest = Math.max(longest, value());
      } else {
        json.skip();
      }
    }
    return longest;
  }

  private long value() {
    characters.sum = 0;
    switch (json.kind()) {
      case STRING -> prompt.text();
      case OBJECT, ARRAY -> prompt.written();
      case NUMBER, OTHER -> json.skip();
    }
    return characters.sum;
  }

  private static final class Characters implements TextSink {

    private long sum;

    @Override
    public void add(char[] text, int from, int to) {
      for (int i = from; i < to; i++) {
        sum += Character.isLowSurrogate(text[i]) ? 0 : 1;
      }
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
  }
}
