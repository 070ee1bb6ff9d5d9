package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import dev.tollgate.gateway.tokens.OutputTokens;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one answer as they come in, and the one vocabulary they end in. A later count of a
 * field replaces the earlier one: every provider that counts more than once in a stream counts from
 * the start of the answer (Anthropic's {@code message_delta}, each of Gemini's chunks).
 */
final class UsageCounts {

  /** Beyond any answer; a number above it is not a count of tokens, and sums cannot overflow. */
  static final long MOST = 1_000_000_000_000L;

  private static final Set<UsageField> OF_ITERATIONS =
      EnumSet.of(
          UsageField.ITERATION_INPUT,
          UsageField.ITERATION_OUTPUT,
          UsageField.ITERATION_CACHE_READ,
          UsageField.ITERATION_CACHE_WRITE);

  private final @Nullable OutputTokens passed;
  private final Map<UsageField, Long> counts = new EnumMap<>(UsageField.class);

  /** Output tokens that had passed, by our own count, when the provider last told of some. */
  private long passedWhenTold;

  private @Nullable ToolCalls toolCalls;
  private @Nullable String model;
  private @Nullable String serviceTier;
  private @Nullable String speed;
  private String modality = "";
  private @Nullable EventTexts event;

  UsageCounts() {
    this(null);
  }

  /**
   * @param passed counts what passes; null: nobody does
   */
  UsageCounts(@Nullable OutputTokens passed) {
    this.passed = passed;
  }

  /** Takes a count; one outside 0 to {@link #MOST} is ignored. */
  void count(UsageField field, long value) {
    if (value < 0 || value > MOST) {
      return;
    }
    UsageField counted = ofModality(field);
    if (passed != null && isOutput(counted)) {
      passedWhenTold = passed.estimate();
    }
    if (counted != null) {
      counts.put(counted, counted.isSummed() ? Math.min(MOST, or0(counted) + value) : value);
    }
  }

  private static boolean isOutput(@Nullable UsageField field) {
    return field == UsageField.OUTPUT
        || field == UsageField.BILLED_OUTPUT
        || field == UsageField.ITERATION_OUTPUT;
  }

  /** Whether a text of this meaning is to be kept. */
  boolean asksFor(UsageField field) {
    return switch (field) {
      case MODALITY,
          EVENT,
          TRANSCRIBER,
          SOUND_FORMAT,
          TURN_ID,
          ERROR_CODE,
          CAUSE_ID,
          SERVICE_TIER_SO_FAR,
          LISTED_ITEM,
          LISTED_ACTION,
          PASSED_ITEM,
          PASSED_ACTION ->
          true;
      case MODEL -> model == null;
      // Each chunk of a stream repeats it.
      case SERVICE_TIER -> serviceTier == null;
      case SPEED -> speed == null;
      default -> false;
    };
  }

  /** Takes a text. */
  void text(UsageField field, String text) {
    switch (field) {
      case MODALITY -> modality = text;
      case MODEL -> model(text);
      case SERVICE_TIER, SERVICE_TIER_SO_FAR -> serviceTier = told(text, serviceTier);
      case SPEED -> speed = told(text, speed);
      case LISTED_ITEM -> toolCalls().listed(text);
      case LISTED_ACTION -> toolCalls().listedAction(text);
      case PASSED_ITEM -> toolCalls().passed(text);
      case PASSED_ACTION -> toolCalls().passedAction(text);
      default -> event().take(field, text);
    }
  }

  /** Takes what begins a value that matters by being null or false. */
  void switched(UsageField field, byte first) {
    event().switched(field, first);
  }

  /** What the current event of a conversation says of itself. */
  EventTexts event() {
    EventTexts known = event;
    if (known == null) {
      known = new EventTexts();
      event = known;
    }
    return known;
  }

  /** Null for a part that costs what any other does: text. */
  private @Nullable UsageField ofModality(UsageField field) {
    return switch (field) {
      case INPUT_OF_MODALITY ->
          switch (modality) {
            case "AUDIO" -> UsageField.AUDIO_INPUT;
            case "IMAGE" -> UsageField.IMAGE_INPUT;
            default -> null;
          };
      case OUTPUT_OF_MODALITY ->
          switch (modality) {
            case "AUDIO" -> UsageField.AUDIO_OUTPUT;
            case "IMAGE" -> UsageField.IMAGE_OUTPUT;
            default -> null;
          };
      default -> field;
    };
  }

  /** A list begins: in a stream each is the whole list so far. */
  void startList(UsageField field) {
    switch (field) {
      case ITERATIONS -> counts.keySet().removeAll(OF_ITERATIONS);
      case SEARCH_QUERY -> counts.remove(field);
      default -> {}
    }
  }

  /** The first name stays: Azure's first chunk has an empty one, later events repeat it. */
  private void model(String name) {
    if (model == null && !name.isEmpty()) {
      model = name;
    }
  }

  private static @Nullable String told(String name, @Nullable String before) {
    String tier = ServiceTiers.canonical(name);
    return ServiceTiers.isOpen(tier) ? before : tier;
  }

  private @Nullable String servedAt() {
    return speed == null || (speed.equals(ServiceTiers.STANDARD) && serviceTier != null)
        ? serviceTier
        : speed;
  }

  /** Another event begins: forgets its counts and kind, not the model. */
  void startOver() {
    counts.clear();
    toolCalls = null;
    if (event != null) {
      event.startOver();
    }
  }

  UsageReading reading() {
    return new UsageReading(usage(), model, details(), false, servedAt(), passedWhenTold);
  }

  private UsageDetails details() {
    return new UsageDetails(
        or0(UsageField.CACHE_WRITE_LONG),
        Math.max(or0(UsageField.AUDIO), or0(UsageField.AUDIO_INPUT)),
        or0(UsageField.IMAGE_INPUT),
        or0(UsageField.AUDIO_OUTPUT),
        or0(UsageField.IMAGE_OUTPUT),
        webSearches(),
        or0(UsageField.AUDIO_SECONDS),
        Math.max(or0(UsageField.IMAGE), or0(UsageField.IMAGE_ADDRESS)),
        fileSearches());
  }

  /** However they are told: more than one way tells of the same. */
  private long webSearches() {
    long told = or0(UsageField.WEB_SEARCHES) + or0(UsageField.OTHER_SEARCHES);
    long counted = toolCalls == null ? 0 : toolCalls.webSearches();
    return Math.max(Math.max(told, or0(UsageField.SEARCH_QUERY)), counted);
  }

  private long fileSearches() {
    long counted = toolCalls == null ? 0 : toolCalls.fileSearches();
    return Math.max(or0(UsageField.FILE_SEARCHES), counted);
  }

  /** Hardly any answer has one. */
  private ToolCalls toolCalls() {
    ToolCalls known = toolCalls == null ? new ToolCalls() : toolCalls;
    toolCalls = known;
    return known;
  }

  private @Nullable TokenUsage usage() {
    if (seen(UsageField.BILLED_INPUT) || seen(UsageField.BILLED_OUTPUT)) {
      return billed();
    }
    if (seen(UsageField.ITERATION_INPUT) || seen(UsageField.ITERATION_OUTPUT)) {
      return iterated();
    }
    if (seen(UsageField.PROMPT) || seen(UsageField.INPUT) || seen(UsageField.OUTPUT)) {
      return counted();
    }
    if (seen(UsageField.EMBEDDED_INPUT)) {
      return inputOnly(or0(UsageField.EMBEDDED_INPUT));
    }
    return seen(UsageField.TOTAL) ? inputOnly(or0(UsageField.TOTAL)) : null;
  }

  /**
   * Cohere bills less than it processes (its own preamble is free). Its cache count is a part of
   * what it processed, so there is no telling which part of what it bills was cached.
   */
  private TokenUsage billed() {
    return bounded(
        or0(UsageField.BILLED_INPUT),
        or0(UsageField.BILLED_OUTPUT),
        0,
        or0(UsageField.REASONING),
        0);
  }

  /**
   * Where Anthropic runs a model several times for one answer (compaction, an advisor), it bills
   * the sum of all iterations; the counts beside them leave some out.
   */
  private TokenUsage iterated() {
    TokenUsage beside = counted();
    long cacheRead = or0(UsageField.ITERATION_CACHE_READ);
    long cacheWrite = or0(UsageField.ITERATION_CACHE_WRITE);
    return bounded(
        Math.max(beside.input(), or0(UsageField.ITERATION_INPUT) + cacheRead + cacheWrite),
        Math.max(beside.output(), or0(UsageField.ITERATION_OUTPUT)),
        Math.max(beside.cached(), cacheRead),
        beside.reasoning(),
        Math.max(beside.cacheWrite(), cacheWrite));
  }

  /** An answer that names only a total has no output: rerank and embedding services. */
  private static TokenUsage inputOnly(long input) {
    return bounded(input, 0, 0, 0, 0);
  }

  private TokenUsage counted() {
    long input = input();
    long output = or0(UsageField.OUTPUT) + or0(UsageField.REASONING_APART);
    long reasoning = or0(UsageField.REASONING) + or0(UsageField.REASONING_APART);
    long unnamed = or0(UsageField.TOTAL) - input - output;
    if (unnamed > 0) {
      return withUnnamed(input, output, reasoning, unnamed);
    }
    return bounded(input, output, cached(), reasoning, cacheWrite());
  }

  /**
   * Some services leave tokens out of the parts that they count in the total: Mistral the sound of
   * the prompt, xAI the reasoning it names, Gemini's OpenAI surface the thoughts it does not name.
   */
  private TokenUsage withUnnamed(long input, long output, long reasoning, long unnamed) {
    if (unnamed == or0(UsageField.AUDIO)) {
      return bounded(input + unnamed, output, cached(), reasoning, cacheWrite());
    }
    long hidden = reasoning == 0 ? unnamed : reasoning;
    return bounded(input, output + unnamed, cached(), hidden, cacheWrite());
  }

  private long input() {
    if (seen(UsageField.PROMPT)) {
      return or0(UsageField.PROMPT) + or0(UsageField.TOOL_PROMPT);
    }
    return or0(UsageField.INPUT)
        + or0(UsageField.CACHE_READ_APART)
        + or0(UsageField.CACHE_WRITE_APART);
  }

  private long cached() {
    return Math.max(or0(UsageField.CACHED), or0(UsageField.CACHE_READ_APART));
  }

  private long cacheWrite() {
    return Math.max(or0(UsageField.CACHE_WRITE), or0(UsageField.CACHE_WRITE_APART));
  }

  /** A part is never more than its whole; Grok on Azure reports more cached than prompt tokens. */
  private static TokenUsage bounded(
      long input, long output, long cached, long reasoning, long cacheWrite) {
    long read = Math.min(cached, input);
    long written = Math.min(cacheWrite, input - read);
    return new TokenUsage(input, output, read, Math.min(reasoning, output), written);
  }

  private boolean seen(UsageField field) {
    return counts.containsKey(field);
  }

  private long or0(UsageField field) {
    return counts.getOrDefault(field, 0L);
  }
}
