package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Notes which capabilities a request body uses, in passing. What could be a use is one: names count
 * at any depth, in any case and however often, whatever protocol the path speaks. Only what a
 * caller makes up for itself is left out, such as the schema of a tool or what it was called with.
 *
 * <ul>
 *   <li>{@code function_calling}: a tool, of whatever kind, that the provider does not run by
 *       itself; calls and results in the history make a model able to nothing and do not count.
 *   <li>{@code vision}: a picture or a film as a part of the input; a document is none, unless its
 *       media type says so.
 *   <li>{@code structured_outputs}: any format of the answer but text; the {@code strict} of a tool
 *       is not one.
 *   <li>{@code web_search}: a tool or plugin that searches or fetches from the web.
 * </ul>
 *
 * <p>Every method stands on a value and leaves the parser at its last token.
 */
final class FeatureReader {

  /** What a stored prompt may bring along without the request showing it. */
  private static final Features UNSEEN_IN_PROMPT =
      Features.of(
          Feature.FUNCTION_CALLING, Feature.VISION, Feature.STRUCTURED_OUTPUTS, Feature.WEB_SEARCH);

  /** Each is judged by every rule: nobody means more than a handful. */
  private static final int MOST_MODELS = 64;

  private final JsonParser parser;
  private final boolean realtime;
  private final ToolReader tools;
  private final ExtentReader extent;
  private Features used = Features.NONE;
  private final Set<String> models = LinkedHashSet.newLinkedHashSet(0);

  /**
   * @param realtime whether this is a message of a realtime conversation: there {@code model} names
   *     one at any depth, and an {@code input} holds settings
   */
  FeatureReader(JsonParser parser, boolean realtime) {
    this.parser = parser;
    this.realtime = realtime;
    this.tools = new ToolReader(parser, this);
    this.extent = new ExtentReader(parser);
  }

  Features used() {
    return used;
  }

  Extent extent() {
    return extent.read();
  }

  /** Models that the body names beside its own: alternatives, and those of tools. */
  List<String> otherModels() {
    return List.copyOf(models);
  }

  void use(Feature feature) {
    used = used.and(feature);
  }

  /** What the provider does with it adds to the prompt. */
  void useProvidersTool(String type) {
    extent.seeTool(type);
  }

  void useModel() {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      models.add(ModelText.checked(parser.getString()));
      if (models.size() > MOST_MODELS) {
        throw new MalformedBodyException("The request names too many different models.", "models");
      }
    }
    parser.skipChildren();
  }

  /**
   * A member of the root object.
   *
   * @throws MalformedBodyException if its name is one that some reader takes for another
   */
  void readRootMember(String name) {
    Word word = Word.of(name);
    extent.seeMember(name, true);
    if (word == null) {
      readValue();
      return;
    }
    if (word.isMisspelled(name)) {
      throw MalformedBodyException.differsInCase();
    }
    switch (word) {
      case FUNCTION_CALL -> readFunctionCall();
      case MODELS -> readModels();
      case INPUT -> readValue();
      default -> readWord(word);
    }
  }

  private void readFunctionCall() {
    boolean none =
        parser.currentToken() == JsonToken.VALUE_STRING && parser.getString().equals("none");
    useIf(!none && isSomething(), Feature.FUNCTION_CALLING);
    parser.skipChildren();
  }

  private void readModels() {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      useModel();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      useModel();
    }
  }

  private void readMember(String name) {
    Word word = Word.of(name);
    extent.seeMember(name, false);
    if (word == null) {
      readValue();
    } else {
      readWord(word);
    }
  }

  private void readWord(Word word) {
    switch (word) {
      case TOOLS -> tools.read();
      case FUNCTIONS, MCP_SERVERS, FUNCTION_DECLARATIONS -> useIfFilled(Feature.FUNCTION_CALLING);
      case PROMPT -> readPrompt();
      case RESPONSE_FORMAT, FORMAT -> readFormat();
      case RESPONSE_SCHEMA -> useIfSomething(Feature.STRUCTURED_OUTPUTS);
      case RESPONSE_MIME_TYPE -> readAnswerType();
      case WEB_SEARCH, SEARCH_TOOL -> useIfSomething(Feature.WEB_SEARCH);
      case PLUGINS -> tools.readPlugins();
      case CACHE_CONTROL, PROMPT_CACHE -> useIfSomething(Feature.PROMPT_CACHING);
      case TRANSFORMS -> useIfFilled(Feature.MESSAGE_TRANSFORMS);
      case TYPE -> readPartType();
      case PICTURE -> readPicture();
      case MIME_TYPE -> readMediaType();
      case MEDIA -> readMedia();
      case FUNCTION_RESPONSE -> readFunctionResponse();
      case INPUT -> readNestedInput();
      case OPAQUE, FUNCTION_CALL -> parser.skipChildren();
      case MODEL -> readNestedModel();
      case MODELS, FUNCTION, SERVER_TOOL, ID -> readValue();
    }
  }

  /** Anything that has no meaning by itself, but may hold what has. */
  private void readValue() {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      readMembers();
    } else if (token == JsonToken.START_ARRAY) {
      for (JsonToken next = parser.nextToken();
          next != JsonToken.END_ARRAY;
          next = parser.nextToken()) {
        readValue();
      }
    }
  }

  /** What has an id and nothing else stands for something that the provider keeps. */
  private void readMembers() {
    boolean named = false;
    boolean shown = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      boolean id = name.equals("id");
      named |= id;
      shown |= !id && !name.equals("type") && !name.equals("status");
      readMember(name);
    }
    if (named && !shown) {
      extent.seeReference();
    }
  }

  /** A text, or, as an object, a prompt that the provider keeps: what is in it is not seen. */
  private void readPrompt() {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      used = used.and(UNSEEN_IN_PROMPT);
      extent.seeUnseenTools();
    }
    readValue();
  }

  /** Of an answer as text, or of sound, it is no use; a bare word names a file format. */
  private void readFormat() {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      use(Feature.STRUCTURED_OUTPUTS);
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    boolean plain = false;
    boolean structured = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (Word.of(name) == Word.TYPE) {
        boolean text = value == JsonToken.VALUE_STRING && isPlain(parser.getString());
        plain |= text;
        structured |= !text;
      }
      parser.skipChildren();
    }
    useIf(structured || !plain, Feature.STRUCTURED_OUTPUTS);
  }

  private static boolean isPlain(String type) {
    return type.equals("text") || type.startsWith("audio/");
  }

  private void readAnswerType() {
    boolean text =
        parser.currentToken() == JsonToken.VALUE_STRING && parser.getString().equals("text/plain");
    useIf(!text && isSomething(), Feature.STRUCTURED_OUTPUTS);
    parser.skipChildren();
  }

  private void readPartType() {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      String type = parser.getString().toLowerCase(Locale.ROOT);
      extent.seeType(type);
      switch (type) {
        case "image_url",
            "input_image",
            "image",
            "computer_screenshot",
            "image_generation_call",
            "input_video",
            "video_url",
            "video" ->
            use(Feature.VISION);
        default -> {}
      }
    }
    readValue();
  }

  /** A flag or a number of that name is a setting. */
  private void readPicture() {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING || token == JsonToken.START_OBJECT) {
      use(Feature.VISION);
      readValue();
    } else if (token == JsonToken.START_ARRAY) {
      useIfFilled(Feature.VISION);
    }
  }

  private void readMediaType() {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      String type = parser.getString().strip().toLowerCase(Locale.ROOT);
      useIf(type.startsWith("image/") || type.startsWith("video/"), Feature.VISION);
    }
    readValue();
  }

  /** Bytes or a file: a picture unless a media type says what else it is. */
  private void readMedia() {
    extent.seeReference();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      readValue();
      return;
    }
    boolean other = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (Word.of(name) == Word.MIME_TYPE) {
        other |= value == JsonToken.VALUE_STRING && isOther(parser.getString());
      }
      readMember(name);
    }
    useIf(!other, Feature.VISION);
  }

  private static boolean isOther(String mediaType) {
    String type = mediaType.strip().toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || type.startsWith("audio/")
        || (type.startsWith("application/") && !type.startsWith("application/octet-stream"));
  }

  /** What a function answered, and beside it parts that may be pictures. */
  private void readFunctionResponse() {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      readValue();
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      if (name.equals("response")) {
        parser.skipChildren();
      } else {
        readMember(name);
      }
    }
  }

  private void readNestedModel() {
    if (realtime && parser.currentToken() == JsonToken.VALUE_STRING) {
      useModel();
    } else {
      readValue();
    }
  }

  private void readNestedInput() {
    if (!realtime && parser.currentToken() == JsonToken.START_OBJECT) {
      parser.skipChildren();
    } else {
      readValue();
    }
  }

  void useIfSomething(Feature feature) {
    useIf(isSomething(), feature);
    parser.skipChildren();
  }

  /** An empty list is no use. */
  void useIfFilled(Feature feature) {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        use(feature);
        parser.skipChildren();
      }
      return;
    }
    useIf(isSomething(), feature);
    parser.skipChildren();
  }

  private void useIf(boolean condition, Feature feature) {
    if (condition) {
      use(feature);
    }
  }

  private boolean isSomething() {
    JsonToken token = parser.currentToken();
    return token != JsonToken.VALUE_NULL && token != JsonToken.VALUE_FALSE;
  }
}
