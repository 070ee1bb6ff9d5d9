package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.tokens.JsonBody.Kind;

/** Reads what the model reads: texts, messages, the parts of them, and the media in those. */
final class Parts {

  /**
   * What marks a call, and its answer, as one; the cookbook is silent, recorded ones have 4 to 7.
   */
  private static final int PER_CALL = 7;

  private final JsonBody json;
  private final Prompt prompt;
  private final Names names;
  private final MediaRule rule;
  private final Runnable message;
  private final Runnable tools;

  /**
   * @param message told at each message that stands within another value
   * @param tools reads tools that stand within another value
   */
  Parts(
      JsonBody json, Prompt prompt, Names names, MediaRule rule, Runnable message, Runnable tools) {
    this.json = json;
    this.prompt = prompt;
    this.names = names;
    this.rule = rule;
    this.message = message;
    this.tools = tools;
  }

  /** Any value; a number is a token of its own. */
  void readValue(String around) {
    switch (json.kind()) {
      case STRING -> prompt.text();
      case OBJECT -> read(around);
      case ARRAY -> readArray(around);
      case NUMBER -> {
        json.skip();
        prompt.add(1);
      }
      case OTHER -> json.skip();
    }
  }

  private void readArray(String around) {
    json.enter();
    while (json.hasNext()) {
      readValue(around);
    }
  }

  /** A member of the root that holds media by itself. */
  void readMember(Field field) {
    Part part = new Part(rule, "");
    readMember(part, field, "");
    part.settle(prompt);
  }

  /**
   * An object.
   *
   * @param around what the object around it says that this one holds
   */
  void read(String around) {
    Part part = new Part(rule, around);
    json.enter();
    while (json.hasNext()) {
      String name = names.next();
      Field field = Field.of(name);
      part.member(name, field);
      if (field == null) {
        readUnknown();
      } else {
        readMember(part, field, name);
      }
    }
    part.settle(prompt);
  }

  /** Flags and numbers are settings, unlike the numbers in a list. */
  private void readUnknown() {
    if (json.kind() == Kind.NUMBER) {
      json.skip();
    } else {
      readValue("");
    }
  }

  private void readMember(Part part, Field field, String name) {
    switch (field) {
      case TYPE -> readType(part);
      case MIME_TYPE -> part.mimeType(readLabel());
      case LABEL -> readNamed(part, name);
      case MEDIA_RESOLUTION -> part.detail(readLabel());
      case SILENT -> json.skip();
      case NAME -> {
        prompt.add(PromptReader.perName());
        readUnknown();
      }
      case OPAQUE -> prompt.hidden();
      case IMAGE_URL -> readMedia(part, "image");
      case OTHER_URL -> {
        if (json.kind() != Kind.OTHER) {
          part.remote();
        }
        json.skip();
      }
      case URL -> readMedia(part, "");
      case MEDIA -> readMedia(part, part.holds(name));
      case FILE_DATA -> readMedia(part, "file");
      case BYTES -> readBytes(part);
      case DATA -> readData();
      case SCHEMA -> prompt.written();
      case TOOLS -> tools.run();
      case UNSEEN -> {
        if (json.kind() != Kind.OTHER) {
          prompt.unseen();
        }
        readUnknown();
      }
      case MESSAGES, CONTENT -> readContent(name);
      default -> readUnknown();
    }
  }

  private String readLabel() {
    if (json.kind() == Kind.STRING) {
      return prompt.label();
    }
    readUnknown();
    return "";
  }

  private void readType(Part part) {
    String type = readLabel();
    part.type(type);
    if (type.equals("item_reference")) {
      prompt.unseen();
    }
  }

  private void readNamed(Part part, String name) {
    String label = readLabel();
    if (name.equals("detail") || name.equals("resolution")) {
      part.detail(label);
    }
  }

  /** An address, or bytes, or an object with one of these in it. */
  private void readMedia(Part part, String holds) {
    switch (json.kind()) {
      case STRING -> part.media(probe(), holds);
      case OBJECT -> read(holds);
      case ARRAY -> {
        json.enter();
        while (json.hasNext()) {
          Part each = new Part(rule, holds);
          readMedia(each, holds);
          each.settle(prompt);
        }
      }
      case NUMBER, OTHER -> json.skip();
    }
  }

  private Media probe() {
    Media media = new Media();
    json.string(media);
    media.end();
    return media;
  }

  private void readBytes(Part part) {
    if (json.kind() != Kind.STRING) {
      readValue("");
    } else if (part.isText()) {
      prompt.text();
    } else {
      part.media(probe(), "");
    }
  }

  /**
   * A call or its answer. What is made of values is shown to the model as JSON; a list may be one
   * of parts.
   */
  private void readData() {
    prompt.add(PER_CALL);
    if (json.kind() == Kind.OBJECT) {
      prompt.written();
    } else {
      readValue("");
    }
  }

  private void readContent(String name) {
    if (name.equals("input") && json.kind() == Kind.OBJECT) {
      prompt.written();
      return;
    }
    if (name.equals("contents") || name.equals("messages")) {
      message.run();
    }
    readUnknown();
  }
}
