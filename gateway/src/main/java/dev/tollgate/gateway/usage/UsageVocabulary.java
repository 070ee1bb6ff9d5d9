package dev.tollgate.gateway.usage;

import static dev.tollgate.gateway.usage.UsageField.AUDIO;
import static dev.tollgate.gateway.usage.UsageField.AUDIO_INPUT;
import static dev.tollgate.gateway.usage.UsageField.AUDIO_OUTPUT;
import static dev.tollgate.gateway.usage.UsageField.AUDIO_SECONDS;
import static dev.tollgate.gateway.usage.UsageField.BILLED_INPUT;
import static dev.tollgate.gateway.usage.UsageField.BILLED_OUTPUT;
import static dev.tollgate.gateway.usage.UsageField.CACHED;
import static dev.tollgate.gateway.usage.UsageField.CACHE_READ_APART;
import static dev.tollgate.gateway.usage.UsageField.CACHE_WRITE;
import static dev.tollgate.gateway.usage.UsageField.CACHE_WRITE_APART;
import static dev.tollgate.gateway.usage.UsageField.CACHE_WRITE_LONG;
import static dev.tollgate.gateway.usage.UsageField.DOCUMENT;
import static dev.tollgate.gateway.usage.UsageField.EMBEDDED_INPUT;
import static dev.tollgate.gateway.usage.UsageField.IMAGE;
import static dev.tollgate.gateway.usage.UsageField.IMAGE_ADDRESS;
import static dev.tollgate.gateway.usage.UsageField.IMAGE_INPUT;
import static dev.tollgate.gateway.usage.UsageField.IMAGE_OUTPUT;
import static dev.tollgate.gateway.usage.UsageField.INPUT;
import static dev.tollgate.gateway.usage.UsageField.INPUT_OF_MODALITY;
import static dev.tollgate.gateway.usage.UsageField.ITERATIONS;
import static dev.tollgate.gateway.usage.UsageField.ITERATION_CACHE_READ;
import static dev.tollgate.gateway.usage.UsageField.ITERATION_CACHE_WRITE;
import static dev.tollgate.gateway.usage.UsageField.ITERATION_INPUT;
import static dev.tollgate.gateway.usage.UsageField.ITERATION_OUTPUT;
import static dev.tollgate.gateway.usage.UsageField.MODALITY;
import static dev.tollgate.gateway.usage.UsageField.MODEL;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_OF_MODALITY;
import static dev.tollgate.gateway.usage.UsageField.PROMPT;
import static dev.tollgate.gateway.usage.UsageField.REASONING;
import static dev.tollgate.gateway.usage.UsageField.REASONING_APART;
import static dev.tollgate.gateway.usage.UsageField.SERVICE_TIER;
import static dev.tollgate.gateway.usage.UsageField.SERVICE_TIER_SO_FAR;
import static dev.tollgate.gateway.usage.UsageField.SPEED;
import static dev.tollgate.gateway.usage.UsageField.TOOL_PROMPT;
import static dev.tollgate.gateway.usage.UsageField.TOTAL;
import static java.util.Objects.requireNonNull;

import dev.tollgate.gateway.pipeline.Protocol;
import java.util.EnumMap;
import java.util.Map;

/**
 * Where the answers of a protocol carry what, as paths from the root of each JSON document. A path
 * from the root, and not a bare name, is what keeps the words of a model or the arguments of a tool
 * from being taken for the count.
 */
final class UsageVocabulary {

  private static final Map<Protocol, UsagePath> USAGE = vocabularies(false);

  /** The same, and what the model wrote: more is to be followed then, which takes longer. */
  private static final Map<Protocol, UsagePath> WITH_OUTPUT = vocabularies(true);

  private static final Map<Protocol, UsagePath> OF_EVENTS = ofEvents();

  private UsageVocabulary() {}

  private static Map<Protocol, UsagePath> ofEvents() {
    Map<Protocol, UsagePath> vocabularies = vocabularies(false);
    vocabularies.values().forEach(ConversationVocabulary::provider);
    return vocabularies;
  }

  private static Map<Protocol, UsagePath> vocabularies(boolean output) {
    Map<Protocol, UsagePath> vocabularies = new EnumMap<>(Protocol.class);
    for (Protocol protocol : Protocol.values()) {
      UsagePath root = UsagePath.root();
      usage(protocol, root);
      if (output) {
        output(protocol, root);
      }
      vocabularies.put(protocol, root);
    }
    return vocabularies;
  }

  private static void usage(Protocol protocol, UsagePath root) {
    switch (protocol) {
      case OPENAI -> openAi(root);
      case ANTHROPIC -> anthropic(root);
      case GEMINI -> gemini(root);
      case PASS_THROUGH -> {
        // everything known: a named service speaks whatever it speaks
        openAi(root);
        anthropic(root);
        gemini(root);
        bedrock(root);
        cohere(root);
        ollama(root);
      }
    }
  }

  private static void output(Protocol protocol, UsagePath root) {
    switch (protocol) {
      case OPENAI -> OutputVocabulary.openAi(root);
      case ANTHROPIC -> OutputVocabulary.anthropic(root);
      case GEMINI -> OutputVocabulary.gemini(root);
      case PASS_THROUGH -> {
        OutputVocabulary.openAi(root);
        OutputVocabulary.anthropic(root);
        OutputVocabulary.gemini(root);
        OutputVocabulary.bedrock(root);
        OutputVocabulary.cohere(root);
        OutputVocabulary.ollama(root);
      }
    }
  }

  /** The root of the paths that answers on a path of this protocol are read by. */
  static UsagePath of(Protocol protocol) {
    return requireNonNull(USAGE.get(protocol));
  }

  /** The same with what the model wrote. */
  static UsagePath withOutput(Protocol protocol) {
    return requireNonNull(WITH_OUTPUT.get(protocol));
  }

  /** That of the events of a conversation: with what tells of a turn that is under way. */
  static UsagePath ofEvents(Protocol protocol) {
    return requireNonNull(OF_EVENTS.get(protocol));
  }

  private static void openAi(UsagePath root) {
    root.at("model").means(MODEL);
    root.at("response.model").means(MODEL);
    root.at("session.model").means(MODEL);
    root.at("service_tier").means(SERVICE_TIER);
    root.at("response.service_tier").means(SERVICE_TIER_SO_FAR);
    chatUsage(root.at("usage"));
    chatUsage(root.at("x_groq.usage"));
    responsesUsage(root.at("usage"));
    responsesUsage(root.at("response.usage"));
    ToolVocabulary.openAi(root);
    root.at("data[].b64_json").means(IMAGE);
    root.at("data[].url").means(IMAGE_ADDRESS);
  }

  /** Chat, completions, embeddings, and the variants of Groq, DeepSeek, Mistral, Moonshot. */
  private static void chatUsage(UsagePath usage) {
    usage.at("prompt_tokens").means(PROMPT);
    usage.at("completion_tokens").means(OUTPUT);
    usage.at("total_tokens").means(TOTAL);
    usage.at("reasoning_tokens").means(REASONING);
    usage.at("cached_tokens").means(CACHED);
    usage.at("prompt_cache_hit_tokens").means(CACHED);
    usage.at("prompt_tokens_details.cached_tokens").means(CACHED);
    usage.at("prompt_tokens_details.cache_write_tokens").means(CACHE_WRITE);
    usage.at("prompt_tokens_details.audio_tokens").means(AUDIO);
    usage.at("prompt_tokens_details.image_tokens").means(IMAGE_INPUT);
    usage.at("completion_tokens_details.reasoning_tokens").means(REASONING);
    usage.at("completion_tokens_details.audio_tokens").means(AUDIO_OUTPUT);
    cacheApart(usage);
  }

  /** Responses, images, transcriptions, and realtime, which spells one name otherwise. */
  private static void responsesUsage(UsagePath usage) {
    usage.at("input_tokens").means(INPUT);
    usage.at("output_tokens").means(OUTPUT);
    usage.at("total_tokens").means(TOTAL);
    usage.at("input_tokens_details.cached_tokens").means(CACHED);
    usage.at("input_token_details.cached_tokens").means(CACHED);
    usage.at("input_tokens_details.cache_write_tokens").means(CACHE_WRITE);
    usage.at("output_tokens_details.reasoning_tokens").means(REASONING);
    usage.at("seconds").means(AUDIO_SECONDS);
    mediaOf(usage.at("input_tokens_details"), AUDIO_INPUT, IMAGE_INPUT);
    mediaOf(usage.at("input_token_details"), AUDIO_INPUT, IMAGE_INPUT);
    mediaOf(usage.at("output_tokens_details"), AUDIO_OUTPUT, IMAGE_OUTPUT);
    mediaOf(usage.at("output_token_details"), AUDIO_OUTPUT, IMAGE_OUTPUT);
  }

  private static void mediaOf(UsagePath details, UsageField audio, UsageField image) {
    details.at("audio_tokens").means(audio);
    details.at("image_tokens").means(image);
  }

  private static void anthropic(UsagePath root) {
    root.at("model").means(MODEL);
    root.at("message.model").means(MODEL);
    messagesUsage(root.at("usage"));
    messagesUsage(root.at("message.usage"));
  }

  private static void messagesUsage(UsagePath usage) {
    usage.at("input_tokens").means(INPUT);
    usage.at("output_tokens").means(OUTPUT);
    usage.at("output_tokens_details.thinking_tokens").means(REASONING);
    usage.at("cache_creation.ephemeral_1h_input_tokens").means(CACHE_WRITE_LONG);
    usage.at("service_tier").means(SERVICE_TIER);
    usage.at("speed").means(SPEED);
    ToolVocabulary.anthropic(usage);
    cacheApart(usage);
    UsagePath iterations = usage.at("iterations[]");
    iterations.means(ITERATIONS);
    iterations.at("input_tokens").means(ITERATION_INPUT);
    iterations.at("output_tokens").means(ITERATION_OUTPUT);
    iterations.at("cache_read_input_tokens").means(ITERATION_CACHE_READ);
    iterations.at("cache_creation_input_tokens").means(ITERATION_CACHE_WRITE);
  }

  private static void cacheApart(UsagePath usage) {
    usage.at("cache_read_input_tokens").means(CACHE_READ_APART);
    usage.at("cache_creation_input_tokens").means(CACHE_WRITE_APART);
  }

  private static void gemini(UsagePath root) {
    root.at("modelVersion").means(MODEL);
    root.at("model").means(MODEL);
    root.at("interaction.model").means(MODEL);
    root.at("service_tier").means(SERVICE_TIER);
    root.at("interaction.service_tier").means(SERVICE_TIER_SO_FAR);
    generateUsage(root.at("usageMetadata"));
    ToolVocabulary.gemini(root);
    interactionUsage(root.at("usage"));
    interactionUsage(root.at("interaction.usage"));
    root.at("predictions[].embeddings.statistics.token_count").means(EMBEDDED_INPUT);
    root.at("predictions[].bytesBase64Encoded").means(IMAGE);
  }

  private static void generateUsage(UsagePath usage) {
    usage.at("promptTokenCount").means(PROMPT);
    usage.at("candidatesTokenCount").means(OUTPUT);
    usage.at("thoughtsTokenCount").means(REASONING_APART);
    usage.at("toolUsePromptTokenCount").means(TOOL_PROMPT);
    usage.at("cachedContentTokenCount").means(CACHED);
    usage.at("serviceTier").means(SERVICE_TIER);
    modalities(usage.at("promptTokensDetails[]"), INPUT_OF_MODALITY);
    modalities(usage.at("candidatesTokensDetails[]"), OUTPUT_OF_MODALITY);
  }

  private static void modalities(UsagePath details, UsageField part) {
    details.at("modality").means(MODALITY);
    details.at("tokenCount").means(part);
  }

  private static void interactionUsage(UsagePath usage) {
    usage.at("total_input_tokens").means(PROMPT);
    usage.at("total_output_tokens").means(OUTPUT);
    usage.at("total_thought_tokens").means(REASONING_APART);
    usage.at("total_tool_use_tokens").means(TOOL_PROMPT);
    usage.at("total_cached_tokens").means(CACHED);
  }

  /** Converse and Invoke; a chunk of a stream carries the model's own event in base64. */
  private static void bedrock(UsagePath root) {
    root.at("bytes").means(DOCUMENT);
    root.at("serviceTier.type").means(SERVICE_TIER);
    UsagePath usage = root.at("usage");
    usage.at("inputTokens").means(INPUT);
    usage.at("outputTokens").means(OUTPUT);
    usage.at("cacheReadInputTokens").means(CACHE_READ_APART);
    usage.at("cacheWriteInputTokens").means(CACHE_WRITE_APART);
    usage.at("cacheReadInputTokenCount").means(CACHE_READ_APART);
    usage.at("cacheWriteInputTokenCount").means(CACHE_WRITE_APART);
    UsagePath metrics = root.at("amazon-bedrock-invocationMetrics");
    metrics.at("inputTokenCount").means(INPUT);
    metrics.at("outputTokenCount").means(OUTPUT);
    metrics.at("cacheReadInputTokenCount").means(CACHE_READ_APART);
    metrics.at("cacheWriteInputTokenCount").means(CACHE_WRITE_APART);
    titanAndLlama(root);
  }

  private static void titanAndLlama(UsagePath root) {
    root.at("inputTextTokenCount").means(INPUT);
    root.at("results[].tokenCount").means(OUTPUT);
    root.at("prompt_token_count").means(INPUT);
    root.at("generation_token_count").means(OUTPUT);
  }

  private static void cohere(UsagePath root) {
    cohereUsage(root.at("usage"));
    cohereUsage(root.at("delta.usage"));
    cohereUsage(root.at("meta"));
    cohereUsage(root.at("response.meta"));
  }

  private static void cohereUsage(UsagePath usage) {
    usage.at("billed_units.input_tokens").means(BILLED_INPUT);
    usage.at("billed_units.output_tokens").means(BILLED_OUTPUT);
    usage.at("tokens.input_tokens").means(INPUT);
    usage.at("tokens.output_tokens").means(OUTPUT);
    usage.at("tokens.reasoning_tokens").means(REASONING);
    usage.at("cached_tokens").means(CACHED);
  }

  private static void ollama(UsagePath root) {
    root.at("prompt_eval_count").means(PROMPT);
    root.at("eval_count").means(OUTPUT);
  }
}
