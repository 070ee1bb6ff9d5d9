package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.policy.Feature;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Tells the tools of a request apart. One that is not known to run at the provider is a function:
 * whoever forbids functions is not to learn of new kinds from the bill.
 */
final class ToolReader {

  /** Parts of the types of tools that search or fetch from the web. */
  private static final String[] WEB = {
    "web_search",
    "websearch",
    "web_fetch",
    "browser_search",
    "google_search",
    "x_search",
    "live_search"
  };

  /** Types of tools that the provider runs by itself and that do not reach out. */
  private static final Set<String> AT_PROVIDER =
      Set.of("file_search", "code_interpreter", "image_generation", "tool_search");

  private static final String[] AT_PROVIDER_DATED = {"code_execution_", "tool_search_tool_"};

  private final JsonParser parser;
  private final FeatureReader features;

  ToolReader(JsonParser parser, FeatureReader features) {
    this.parser = parser;
    this.features = features;
  }

  /** The value of {@code tools}: a list, or, to be sure, a single one. */
  void read() {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      readTool();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      readTool();
    }
  }

  private void readTool() {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      readMembers();
    } else if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    } else {
      features.use(Feature.FUNCTION_CALLING);
      parser.skipChildren();
    }
  }

  /** Only what a tool says of itself: below it stand schemas. */
  private void readMembers() {
    boolean typed = false;
    boolean known = false;
    boolean other = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      Word word = Word.of(name);
      boolean saysWhat = word != null && isKnown(word);
      typed |= word == Word.TYPE;
      known |= saysWhat;
      other |= !saysWhat;
      readMember(word);
    }
    // A type says it all; without one a member that says nothing stands for a function.
    if (!known || (other && !typed)) {
      features.use(Feature.FUNCTION_CALLING);
    }
  }

  private static boolean isKnown(Word word) {
    return switch (word) {
      case TYPE, FUNCTION_DECLARATIONS, SEARCH_TOOL, SERVER_TOOL, CACHE_CONTROL -> true;
      default -> false;
    };
  }

  private void readMember(@Nullable Word word) {
    switch (word) {
      case TYPE -> readType();
      case FUNCTION_DECLARATIONS -> features.useIfFilled(Feature.FUNCTION_CALLING);
      case FUNCTION -> features.useIfSomething(Feature.FUNCTION_CALLING);
      case SEARCH_TOOL -> features.useIfSomething(Feature.WEB_SEARCH);
      case CACHE_CONTROL -> features.useIfSomething(Feature.PROMPT_CACHING);
      case SERVER_TOOL -> {
        features.useProvidersTool("");
        parser.skipChildren();
      }
      case MODEL -> features.useModel();
      case null, default -> parser.skipChildren();
    }
  }

  private void readType() {
    boolean named = parser.currentToken() == JsonToken.VALUE_STRING;
    String type = named ? parser.getString().toLowerCase(Locale.ROOT) : "";
    if (named && !type.equals("function") && !type.equals("custom")) {
      features.useProvidersTool(type);
    }
    Feature feature = named ? ofType(type) : Feature.FUNCTION_CALLING;
    if (feature != null) {
      features.use(feature);
    }
    parser.skipChildren();
  }

  private static @Nullable Feature ofType(String type) {
    for (String part : WEB) {
      if (type.contains(part)) {
        return Feature.WEB_SEARCH;
      }
    }
    return runsAtProvider(type) ? null : Feature.FUNCTION_CALLING;
  }

  private static boolean runsAtProvider(String type) {
    for (String prefix : AT_PROVIDER_DATED) {
      if (type.startsWith(prefix)) {
        return true;
      }
    }
    return AT_PROVIDER.contains(type);
  }

  /** OpenRouter's plugins: some search the web, one shortens messages; the rest does neither. */
  void readPlugins() {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      features.useIfSomething(Feature.WEB_SEARCH);
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      readPlugin();
    }
  }

  private void readPlugin() {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      usePlugin();
      return;
    }
    boolean named = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      if (Word.of(name) == Word.ID) {
        named = true;
        usePlugin();
      }
      parser.skipChildren();
    }
    if (!named) {
      features.use(Feature.WEB_SEARCH);
    }
  }

  /** One that does not say what it is may be any. */
  private void usePlugin() {
    String id =
        parser.currentToken() == JsonToken.VALUE_STRING
            ? parser.getString().toLowerCase(Locale.ROOT)
            : "web";
    if (id.startsWith("web")) {
      features.use(Feature.WEB_SEARCH);
    } else if (id.equals("context-compression")) {
      features.use(Feature.MESSAGE_TRANSFORMS);
    }
    parser.skipChildren();
  }
}
