package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.tokens.JsonBody.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Reads what of a body the model will read, and the maximum that it sets for the answer.
 *
 * <p>What is not known counts as text. Only short strings outside of what the model reads, and the
 * names and labels that all protocols have within it, count nothing. What chat costs beside its
 * texts tells {@link Overhead}.
 */
final class PromptReader {

  /** A string of this many bytes is a setting, where no text is expected. */
  private static final int SETTING = 32;

  /** Where the members of the root stand. */
  private static final String ROOT = "";

  private static final int PER_NAME = 1;
  private static final int OF_TOOLS_WITHIN = 80;

  private final JsonBody json;
  private final Prompt prompt;
  private final Names names;
  private final ToolTokens tools;
  private final Parts parts;
  private final Maximum maximum;
  private final MaximumPlace place;
  private final boolean chat;
  private final Overhead overhead;
  private boolean reasons;

  PromptReader(JsonBody json, TextSink texts, Asked asked) {
    this.json = json;
    this.prompt = new Prompt(json, texts);
    this.names = new Names(json, prompt);
    this.overhead = Overhead.of(asked.model(), asked.encoding());
    this.tools = new ToolTokens(json, names, prompt, asked.encoding(), overhead);
    MediaRule media = MediaRule.of(asked.model(), asked.endpoint().protocol());
    this.parts = new Parts(json, prompt, names, media, this::message, this::toolsWithin);
    this.maximum = new Maximum(asked.endpoint().rule());
    this.place = new MaximumPlace(asked.endpoint().rule());
    this.chat = asked.endpoint().operation() == Operation.CHAT_COMPLETION;
  }

  /** What decides how a body is read. */
  record Asked(@Nullable String model, @Nullable TextEncoding encoding, Endpoint endpoint) {}

  /** Reads all of the body. */
  TokenEstimate read() {
    if (json.kind() == Kind.OBJECT) {
      readSettings(ROOT);
    }
    if (chat) {
      prompt.add(overhead.once());
    }
    Long most = maximum.tokens();
    return new TokenEstimate(
        prompt.tokens(),
        prompt.isExact(),
        prompt.isOpen(),
        most,
        maximum.choices(),
        reasons,
        most == null && place.exists() ? place : null);
  }

  /** Recorded ones cost 70 tokens more than those of the root. */
  private void toolsWithin() {
    prompt.addEstimated(OF_TOOLS_WITHIN);
    tools.read();
  }

  private void message() {
    if (chat) {
      prompt.add(overhead.perMessage());
    }
  }

  /**
   * An object of settings.
   *
   * @param within the member of the root that it is; {@link #ROOT}: it is the root; null: it stands
   *     deeper
   */
  private void readSettings(@Nullable String within) {
    boolean empty = true;
    json.enter();
    while (json.hasNext()) {
      empty = false;
      String name = names.next();
      Field field = Field.of(name);
      if (field == null) {
        readSetting();
      } else {
        readSetting(field, name, within);
      }
    }
    place.ended(within, json.position() - 1, empty);
  }

  private void readSetting(Field field, String name, @Nullable String within) {
    boolean root = ROOT.equals(within);
    switch (field) {
      case CONTENT -> readContent(name, root);
      case MESSAGES -> readMessages();
      case TOOLS -> tools.read();
      case SCHEMA -> prompt.written();
      case SILENT -> json.skip();
      case UNSEEN -> {
        if (isSomething()) {
          prompt.unseen();
        }
        json.skip();
      }
      case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS, OTHER_MAXIMUM, CHOICES ->
          readLimit(field, name, within);
      case SETTINGS -> readInner(name, root);
      case REASONING -> {
        reasons |= isSomething();
        readSetting();
      }
      case REASONING_SHOWN -> {
        reasons = true;
        readSetting();
      }
      case IMAGE_URL, OTHER_URL, FILE_DATA, BYTES -> parts.readMember(field);
      default -> readSetting();
    }
  }

  private void readInner(String name, boolean root) {
    if (root) {
      maximum.settings(name);
    }
    if (json.kind() == Kind.OBJECT) {
      readSettings(root ? name : null);
      return;
    }
    boolean nothing = json.isNull();
    int from = json.position();
    readSetting();
    if (root) {
      place.settings(name, from, json.position(), nothing);
    }
  }

  private void readLimit(Field field, String name, @Nullable String within) {
    boolean nothing = json.isNull();
    int from = json.position();
    readNumber(field, name, within);
    place.value(name, within, from, json.position(), nothing);
  }

  private void readNumber(Field field, String name, @Nullable String within) {
    switch (json.kind()) {
      case NUMBER -> {
        if (field == Field.CHOICES) {
          maximum.choices(json.number());
        } else {
          maximum.limit(name, within, json.number());
        }
      }
      case STRING -> {
        String label = readShort();
        if (field == Field.CHOICES) {
          maximum.choicesWritten(label, within);
        } else {
          maximum.limitWritten(name, within, label);
        }
      }
      case OBJECT, ARRAY, OTHER -> {
        maximum.unlimited(name, within);
        readSetting();
      }
    }
  }

  private boolean isSomething() {
    return json.kind() != Kind.OTHER;
  }

  /** A prompt of the responses API, or of a name that a setting has as well, may be an object. */
  private void readContent(String name, boolean root) {
    switch (json.kind()) {
      case STRING -> {
        if (root) {
          message();
          addRole();
        }
        prompt.text();
      }
      case ARRAY -> readInputs(name);
      case OBJECT -> {
        if (name.equals("text") || (name.equals("prompt") && chat)) {
          if (name.equals("prompt")) {
            prompt.unseen();
          }
          readSettings(null);
        } else {
          message();
          parts.read("");
        }
      }
      case NUMBER, OTHER -> json.skip();
    }
  }

  private void addRole() {
    if (chat) {
      prompt.add(1);
    }
  }

  /** Texts, messages or tokens; each text of several prompts is answered for itself. */
  private void readInputs(String name) {
    int count = 0;
    boolean tokens = false;
    json.enter();
    while (json.hasNext()) {
      Kind kind = json.kind();
      count++;
      tokens |= kind == Kind.NUMBER;
      if (kind == Kind.STRING || kind == Kind.OBJECT) {
        message();
      }
      parts.readValue("");
    }
    maximum.prompts(name, tokens ? 1 : count);
  }

  private void readMessages() {
    if (json.kind() != Kind.ARRAY) {
      parts.readValue("");
      return;
    }
    json.enter();
    while (json.hasNext()) {
      message();
      parts.readValue("");
    }
  }

  private void readSetting() {
    switch (json.kind()) {
      case OBJECT -> readSettings(null);
      case ARRAY -> {
        json.enter();
        while (json.hasNext()) {
          readSetting();
        }
      }
      case STRING -> {
        var _ = readShort();
      }
      case NUMBER, OTHER -> json.skip();
    }
  }

  private String readShort() {
    String label = prompt.label();
    if (label.length() > SETTING) {
      prompt.text(label);
    }
    return label;
  }

  /** What a name in a message costs beside its text. */
  static int perName() {
    return PER_NAME;
  }
}
