package dev.tollgate.gateway.usage;

/** What a name in an answer means for the count. */
enum UsageField {
  /** Input tokens, cached ones included: OpenAI, Gemini. */
  PROMPT,
  /** Input tokens; {@link #CACHE_READ_APART} and {@link #CACHE_WRITE_APART} are not part of it. */
  INPUT,
  /** Output tokens. */
  OUTPUT,
  /** All tokens, named or not. */
  TOTAL,
  /** The part of the input that was read from a cache. */
  CACHED,
  /** The part of the input that was written to a cache. */
  CACHE_WRITE,
  /** Read from a cache, next to {@link #INPUT}: Anthropic, Bedrock. */
  CACHE_READ_APART,
  /** Written to a cache, next to {@link #INPUT}: Anthropic, Bedrock. */
  CACHE_WRITE_APART,
  /** The part of the output that is hidden reasoning. */
  REASONING,
  /** Hidden reasoning, next to {@link #OUTPUT}: Gemini. */
  REASONING_APART,
  /** Input from the provider's own tools, next to {@link #PROMPT}: Gemini. */
  TOOL_PROMPT,
  /** Tokens of sound in the input; Mistral counts them in the total only. */
  AUDIO,
  /** What Cohere bills, where it differs from what it processed. */
  BILLED_INPUT,
  /** What Cohere bills, where it differs from what it processed. */
  BILLED_OUTPUT,
  /** Input tokens of one of several inputs, to be summed: Vertex embeddings. */
  EMBEDDED_INPUT,
  /** An array: begins a list of iterations, which replaces an earlier one. */
  ITERATIONS,
  /** As {@link #INPUT}, of one of several iterations, to be summed: Anthropic. */
  ITERATION_INPUT,
  /** As {@link #OUTPUT}, of one of several iterations, to be summed: Anthropic. */
  ITERATION_OUTPUT,
  /** As {@link #CACHE_READ_APART}, of one of several iterations, to be summed: Anthropic. */
  ITERATION_CACHE_READ,
  /** As {@link #CACHE_WRITE_APART}, of one of several iterations, to be summed: Anthropic. */
  ITERATION_CACHE_WRITE,
  /** The part of what was written to a cache that stays for an hour: Anthropic. */
  CACHE_WRITE_LONG,
  /** The part of the input that is sound. */
  AUDIO_INPUT,
  /** The part of the input that is images. */
  IMAGE_INPUT,
  /** The part of the output that is sound. */
  AUDIO_OUTPUT,
  /** The part of the output that is images. */
  IMAGE_OUTPUT,
  /** The part of the input that is of the {@link #MODALITY} named before it: Gemini. */
  INPUT_OF_MODALITY,
  /** The part of the output that is of the {@link #MODALITY} named before it: Gemini. */
  OUTPUT_OF_MODALITY,
  /** Searches by the provider's own tool. */
  WEB_SEARCHES,
  /** Searches next to those: xAI, of X. */
  OTHER_SEARCHES,
  /** Searches of files by the provider's own tool. */
  FILE_SEARCHES,
  /** Text: what was searched for; each of its list counts, and a list replaces an earlier one. */
  SEARCH_QUERY,
  /** Text: what an item of an answer's list is. */
  LISTED_ITEM,
  /** Text: what the tool did that an item of the list tells of. */
  LISTED_ACTION,
  /** Text: as {@link #LISTED_ITEM}, of an item that an event tells of. */
  PASSED_ITEM,
  /** Text: as {@link #LISTED_ACTION}, of an item that an event tells of. */
  PASSED_ACTION,
  /** Seconds of sound that were listened to. */
  AUDIO_SECONDS,
  /** Text: an image that was made, in base64; each counts. */
  IMAGE,
  /** Text: where such an image is; each counts. */
  IMAGE_ADDRESS,
  /** Text: the model that answered. */
  MODEL,
  /** Text: the tier of service that all of the answer is served at. */
  SERVICE_TIER,
  /** Text: such a tier, which a later one may replace: what was asked for, then what was done. */
  SERVICE_TIER_SO_FAR,
  /**
   * Text: a tier beside that one, which holds unless it is the usual one: Anthropic's fast mode.
   */
  SPEED,
  /** Text: what the next count is of, such as {@code AUDIO}. */
  MODALITY,
  /** Text: which event of a conversation this is. */
  EVENT,
  /** Text: the model that writes down what the client of a conversation says. */
  TRANSCRIBER,
  /** Text: how the sound of a conversation is written. */
  SOUND_FORMAT,
  /** Text: which turn of a conversation an event is of. */
  TURN_ID,
  /** Text: why the provider has refused something. */
  ERROR_CODE,
  /** Text: the client's event that was refused. */
  CAUSE_ID,
  /** Null where a conversation's provider begins no turn by itself. */
  TURN_DETECTION,
  /** False where it begins none though it listens for the end of what is said. */
  CREATES_TURNS,
  /** Text: another JSON document in base64, one of Bedrock's chunks. */
  DOCUMENT,
  /** Text: what the model wrote. */
  OUTPUT_TEXT,
  /** Any JSON: what the model calls a tool with. */
  OUTPUT_JSON,
  /** Text: the name of a tool that the model calls. */
  OUTPUT_CALL,
  /** Text: sound in base64. */
  OUTPUT_SOUND,
  /** Text: a picture, or where it is. */
  OUTPUT_IMAGE;

  /** Whether it is a number of tokens. */
  boolean isCount() {
    return switch (this) {
      case MODEL,
          LISTED_ITEM,
          LISTED_ACTION,
          PASSED_ITEM,
          PASSED_ACTION,
          SERVICE_TIER,
          SERVICE_TIER_SO_FAR,
          SPEED,
          MODALITY,
          EVENT,
          TRANSCRIBER,
          SOUND_FORMAT,
          TURN_ID,
          ERROR_CODE,
          CAUSE_ID,
          TURN_DETECTION,
          CREATES_TURNS,
          DOCUMENT,
          ITERATIONS ->
          false;
      default -> !isOutput() && !isCountedText();
    };
  }

  /** Whether it matters by being null or false. */
  boolean isSwitch() {
    return this == TURN_DETECTION || this == CREATES_TURNS;
  }

  /** Whether it is a text that counts as one by being there. */
  boolean isCountedText() {
    return this == IMAGE || this == IMAGE_ADDRESS || this == SEARCH_QUERY;
  }

  /** Whether it is something that the model wrote, or, in a conversation, its client. */
  boolean isOutput() {
    return switch (this) {
      case OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_CALL, OUTPUT_SOUND, OUTPUT_IMAGE -> true;
      default -> false;
    };
  }

  /** Whether its counts add up within one document instead of replacing each other. */
  boolean isSummed() {
    return switch (this) {
      case EMBEDDED_INPUT,
          IMAGE,
          IMAGE_ADDRESS,
          SEARCH_QUERY,
          ITERATION_INPUT,
          ITERATION_OUTPUT,
          ITERATION_CACHE_READ,
          ITERATION_CACHE_WRITE ->
          true;
      default -> false;
    };
  }
}
