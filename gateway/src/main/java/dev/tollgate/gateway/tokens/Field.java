package dev.tollgate.gateway.tokens;

import java.util.HashMap;
import java.util.Locale;
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
  OTHER_URL("videourl", "fileurl", "audiourl", "fileuri", "fileid", "documenturl", "gcsuri"),
  URL("url", "uri"),
  MEDIA("inlinedata", "source", "inputaudio", "file", "inputfile", "audio", "video", "document"),
  FILE_DATA("filedata"),
  BYTES("data", "bytes", "b64json", "bytesbase64encoded", "imagebytes"),
  MIME_TYPE("mimetype", "mediatype"),

  /** What the provider adds is not seen. */
  UNSEEN(
      "previousresponseid",
      "conversation",
      "cachedcontent",
      "websearchoptions",
      "searchparameters",
      "plugins",
      "mcpservers",
      "container",
      "datasources",
      "previousinteractionid"),

  SETTINGS("generationconfig", "inferenceconfig", "textgenerationconfig", "options", "parameters"),
  MAX_TOKENS("maxtokens"),
  MAX_COMPLETION_TOKENS("maxcompletiontokens"),
  MAX_OUTPUT_TOKENS("maxoutputtokens"),
  OTHER_MAXIMUM("maxtokenstosample", "numpredict", "maxtokencount", "maxgenlen", "maxnewtokens"),
  CHOICES("n", "candidatecount", "bestof", "samplecount"),
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
        EXACT.put(folded(name), field);
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final String[] names;

  Field(String... names) {
    this.names = names;
  }

  /** The meaning of a name; null where it has none. */
  static @Nullable Field of(String name) {
    if (name.length() > LONGEST) {
      return null;
    }
    Field exact = EXACT.get(name);
    return exact != null ? exact : EXACT.get(folded(name));
  }

  private static String folded(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
