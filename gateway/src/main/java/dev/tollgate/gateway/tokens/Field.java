package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.inspection.RequestMember;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a request mean for its tokens, of all protocols, in either spelling (camel or
 * snake case) and any letter case, as some providers' readers take them.
 */
enum Field {
  /** What the model reads: texts, messages, parts. */
  CONTENT(
      "message",
      "input",
      "inputs",
      "contents",
      "content",
      "prompt",
      "system",
      "systeminstruction",
      "instructions",
      "text",
      "texts",
      "query",
      "queries",
      "documents",
      "preamble",
      "chathistory",
      "suffix",
      "requests",
      "instances",
      "inputtext",
      "question",
      "context",
      "parts",
      "prefix",
      "generatecontentrequest",
      "title"),
  MESSAGES("messages"),
  TOOLS("tools", "functions", "functiondeclarations"),
  /** A schema that the provider adds to the prompt. */
  SCHEMA("schema", "jsonschema", "responseschema", "responsejsonschema", "inputschema"),
  /** What a tool was called with or answered, as the model sees it: any JSON. */
  DATA("args", "arguments", "response", "output", "structuredcontent", "action", "actions"),

  ROLE("role"),
  NAME("name"),
  TYPE("type"),
  /** Says nothing to the model, whatever stands there. */
  SILENT(
      "model",
      "user",
      "metadata",
      "labels",
      "safetyidentifier",
      "promptcachekey",
      "promptcacheretention",
      "servicetier",
      "stop",
      "stopsequences",
      "logitbias",
      "cachecontrol",
      "toolchoice",
      "include",
      "responsemodalities",
      "modalities",
      "safetysettings",
      "voice",
      "truncation",
      "providerOptions"),
  /** Names things for the provider; short. */
  LABEL(
      "id",
      "toolcallid",
      "callid",
      "tooluseid",
      "itemid",
      "format",
      "status",
      "phase",
      "detail",
      "resolution",
      "encodingformat",
      "tasktype",
      "inputtype",
      "medialevel",
      "filename",
      "thoughtsignature",
      "signature"),
  /** Reasoning that only the provider can read. */
  OPAQUE("encryptedcontent", "redactedthinking"),

  IMAGE_URL("imageurl", "image", "images"),
  /** A file or sound of another kind, by its address. */
  OTHER_URL(RequestMember.ELSEWHERE),
  URL("url", "uri"),
  MEDIA("inlinedata", "source", "inputaudio", "file", "inputfile", "audio", "video", "document"),
  FILE_DATA("filedata"),
  BYTES("data", "bytes", "b64json", "bytesbase64encoded", "imagebytes"),
  MIME_TYPE("mimetype", "mediatype"),

  /** What the provider adds is not seen. */
  UNSEEN(RequestMember.UNSEEN),

  SETTINGS(RequestMember.SETTINGS),
  MAX_TOKENS(RequestMember.MAX_TOKENS),
  MAX_COMPLETION_TOKENS(RequestMember.MAX_COMPLETION_TOKENS),
  MAX_OUTPUT_TOKENS(RequestMember.MAX_OUTPUT_TOKENS),
  OTHER_MAXIMUM(RequestMember.OTHER_MAXIMUM),
  CHOICES(RequestMember.CHOICES),
  MEDIA_RESOLUTION("mediaresolution"),
  /** How much the model is to reason, in numbers, words or settings. */
  REASONING("reasoning", "reasoningeffort", "thinking", "thinkingconfig", "reasoningformat"),
  /** Whether its reasoning is to be shown. */
  REASONING_SHOWN("includereasoning");

  private static final int LONGEST = 40;
  private static final Map<String, Field> EXACT = new HashMap<>();

  static {
    for (Field field : values()) {
      for (String name : field.names) {
        EXACT.put(RequestMember.folded(name), field);
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  Field(String... names) {
    this.names = List.of(names);
  }

  Field(RequestMember known) {
    this.names = known.names();
  }

  /** The meaning of a name; null where it has none. */
  static @Nullable Field of(String name) {
    if (name.length() > LONGEST) {
      return null;
    }
    Field exact = EXACT.get(name);
    return exact != null ? exact : EXACT.get(RequestMember.folded(name));
  }
}
