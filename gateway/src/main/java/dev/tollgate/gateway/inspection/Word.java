package dev.tollgate.gateway.inspection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names in a request body that tell which features it uses, of all three protocols, in each
 * accepted spelling. A name that differs from one only in case is that one too: Go's encoding/json,
 * and whoever uses it, reads it so.
 */
enum Word {
  TOOLS(true, "tools"),
  FUNCTIONS(true, "functions"),
  FUNCTION_CALL(true, "function_call"),
  MCP_SERVERS(true, "mcp_servers"),
  MODELS(true, "models"),
  PROMPT(true, "prompt"),
  RESPONSE_FORMAT(true, "response_format", "responseFormat", "output_format", "outputFormat"),
  RESPONSE_SCHEMA(
      true,
      "responseSchema",
      "response_schema",
      "responseJsonSchema",
      "response_json_schema",
      "_responseJsonSchema"),
  RESPONSE_MIME_TYPE(true, "responseMimeType", "response_mime_type"),
  WEB_SEARCH(true, "web_search_options", "search_parameters"),
  PLUGINS(true, "plugins"),
  CACHE_CONTROL(true, "cache_control", "cacheControl", "cachePoint", "cache_point"),
  PROMPT_CACHE(
      true,
      "prompt_cache_key",
      "prompt_cache_retention",
      "prompt_cache_options",
      "cachedContent",
      "cached_content"),
  TRANSFORMS(true, "transforms"),

  FORMAT(false, "format"),
  TYPE(false, "type"),
  PICTURE(false, "image_url", "imageUrl", "image", "images", "video_url", "videoUrl", "video"),
  MIME_TYPE(false, "mimeType", "mime_type", "media_type", "mediaType"),
  MEDIA(false, "inlineData", "inline_data", "fileData", "file_data"),
  FUNCTION_RESPONSE(false, "functionResponse", "function_response"),
  /** An object under this name is what a tool was called with, but at the root. */
  INPUT(false, "input"),
  /** What a caller made up for itself: nothing in it has a meaning for the provider. */
  OPAQUE(
      false,
      "functionCall",
      "metadata",
      "arguments",
      "args",
      "input_schema",
      "json_schema",
      "logit_bias"),

  MODEL(false, "model"),
  FUNCTION(false, "function", "toolSpec"),
  FUNCTION_DECLARATIONS(false, "functionDeclarations", "function_declarations"),
  SEARCH_TOOL(
      false,
      "googleSearch",
      "google_search",
      "googleSearchRetrieval",
      "google_search_retrieval",
      "enterpriseWebSearch",
      "enterprise_web_search",
      "urlContext",
      "url_context"),
  SERVER_TOOL(
      false,
      "codeExecution",
      "code_execution",
      "fileSearch",
      "file_search",
      "googleMaps",
      "google_maps",
      "retrieval"),
  ID(false, "id");

  private static final int FILTER_SIZE = 1 << 12;
  private static final Map<String, Word> EXACT = new HashMap<>();
  private static final Map<String, Word> FOLDED = new HashMap<>();

  /** Whether a name of this length, first and last letter may be one: most are none. */
  private static final boolean[] POSSIBLE = new boolean[FILTER_SIZE];

  static {
    for (Word word : values()) {
      for (String name : word.names) {
        EXACT.put(name, word);
        FOLDED.put(folded(name), word);
        POSSIBLE[slot(name)] = true;
      }
    }
  }

  private final boolean strictAtRoot;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  Word(boolean strictAtRoot, String... names) {
    this.strictAtRoot = strictAtRoot;
    this.names = List.of(names);
  }

  /** The word that {@code name} is or could be taken for; null if none. */
  static @Nullable Word of(String name) {
    if (name.isEmpty() || !POSSIBLE[slot(name)]) {
      return null;
    }
    Word exact = EXACT.get(name);
    return exact != null ? exact : FOLDED.get(folded(name));
  }

  /** Whether a root member may not be called {@code name}, which is no spelling of this word. */
  boolean isMisspelled(String name) {
    return strictAtRoot && !names.contains(name);
  }

  private static int slot(String name) {
    int last = name.length() - 1;
    int hash = last * 961 + folded(name.charAt(0)) * 31 + folded(name.charAt(last));
    return hash & (FILTER_SIZE - 1);
  }

  private static String folded(String name) {
    char[] letters = name.toCharArray();
    for (int i = 0; i < letters.length; i++) {
      letters[i] = folded(letters[i]);
    }
    return new String(letters);
  }

  /** Unicode's simple folding: the long s is an s, and the sign for kelvin a k. */
  private static char folded(char letter) {
    if (letter < 128) {
      return letter >= 'A' && letter <= 'Z' ? (char) (letter | 0x20) : letter;
    }
    return Character.toLowerCase(Character.toUpperCase(letter));
  }
}
