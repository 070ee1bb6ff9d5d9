package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.inspection.RequestMember;
import dev.tollgate.gateway.pipeline.Operation;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider reads how long its answer may get. A member that it does not read there holds
 * nobody to anything: of a path that is not known none does.
 */
public enum MaximumRule {
  /** Nothing is generated. */
  NOTHING(List.of(), List.of()),
  /** OpenAI's chat. */
  CHAT(List.of(), List.of("max_completion_tokens", "max_tokens")),
  /** The same as most of those speak it that took it over before its maximum had a second name. */
  EARLIER_CHAT(List.of(), List.of("max_tokens")),
  COMPLETIONS(List.of(), List.of("max_tokens")),
  RESPONSES(List.of(), List.of("max_output_tokens")),
  /** Anthropic's messages and Cohere's chat. */
  MESSAGES(List.of(), List.of("max_tokens")),
  /** Gemini's, in either spelling, as protocol buffers are read. */
  GENERATE_CONTENT(
      List.of("generationConfig", "generation_config"),
      List.of("maxOutputTokens", "max_output_tokens")),
  /** Bedrock's. */
  CONVERSE(List.of("inferenceConfig"), List.of("maxTokens")),
  OLLAMA(List.of("options"), List.of("num_predict")),
  UNKNOWN(List.of(), List.of());

  /** How a path ends that takes one; the case counts, since it does for providers. */
  private record Ending(String text, MaximumRule rule) {}

  private static final List<Ending> ENDINGS =
      List.of(
          new Ending("/chat/completions", CHAT),
          new Ending("/completions", COMPLETIONS),
          new Ending("/v1/responses", RESPONSES),
          new Ending("/v1/messages", MESSAGES),
          new Ending("/v2/chat", MESSAGES),
          new Ending(":generateContent", GENERATE_CONTENT),
          new Ending(":streamGenerateContent", GENERATE_CONTENT),
          new Ending("/converse", CONVERSE),
          new Ending("/converse-stream", CONVERSE),
          new Ending("/api/chat", OLLAMA),
          new Ending("/api/generate", OLLAMA));

  /** Whose documentation has {@code max_completion_tokens}; the others ignore it. */
  private static final Set<String> READING_BOTH =
      Set.of("openai", "azure-openai", "groq", "xai", "openrouter", "vllm");

  /** Who writes {@value #BRIEF} tokens of a completion, not of chat, where no maximum is given. */
  private static final Set<String> BRIEF_COMPLETIONS = Set.of("openai", "azure-openai", "vllm");

  private static final long BRIEF = 16;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> settings;

  /** The name to ask by stands first. */
  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> members;

  /**
   * As {@link RequestMember#folded}: requests are compared with them, not they with each request
   * anew.
   */
  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> foldedSettings;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> foldedMembers;

  MaximumRule(List<String> settings, List<String> members) {
    this.settings = settings;
    this.members = members;
    this.foldedSettings = settings.stream().map(RequestMember::folded).toList();
    this.foldedMembers = members.stream().map(RequestMember::folded).toList();
  }

  /** As a provider of this kind reads it; null: it is not known. */
  MaximumRule readBy(@Nullable String provider) {
    boolean both = provider != null && READING_BOTH.contains(provider);
    return this == CHAT && !both ? EARLIER_CHAT : this;
  }

  static MaximumRule of(Operation operation, String rawPath) {
    return switch (operation) {
      case EMBEDDINGS, MODERATIONS -> NOTHING;
      case CHAT_COMPLETION, COMPLETIONS, PASSTHROUGH -> ofPath(rawPath);
      case IMAGES, AUDIO, FILES, BATCHES, REALTIME, MODELS -> UNKNOWN;
    };
  }

  private static MaximumRule ofPath(String rawPath) {
    for (Ending ending : ENDINGS) {
      if (rawPath.endsWith(ending.text())) {
        return ending.rule();
      }
    }
    return UNKNOWN;
  }

  /**
   * The most that a provider of this kind writes where no maximum is given; null: as much as the
   * model does, or nobody knows.
   */
  public @Nullable Long unasked(String provider) {
    return this == COMPLETIONS && BRIEF_COMPLETIONS.contains(provider) ? BRIEF : null;
  }

  /** Whether a maximum is read anywhere. */
  boolean isRead() {
    return !members.isEmpty();
  }

  /** The name of the maximum to ask for. */
  String asked() {
    return members.getFirst();
  }

  /** The member of the root to ask in. */
  String askedIn() {
    return settings.getFirst();
  }

  /** Whether it is that maximum, in any spelling that is read, and not one beside it. */
  boolean isAsked(String name) {
    return name.equals(asked()) || RequestMember.folded(name).equals(foldedMembers.getFirst());
  }

  /** Whether maxima stand in this member of the root; empty: in the root itself. */
  boolean isIn(String within) {
    return settings.isEmpty() ? within.isEmpty() : settings.contains(within);
  }

  /** Whether a member of the root of this name holds them, be it for a lenient reader only. */
  boolean isSettings(String name) {
    return !settings.isEmpty() && foldedSettings.contains(RequestMember.folded(name));
  }

  /** Whether it is a maximum there. */
  boolean isMaximum(String name) {
    return members.contains(name);
  }

  /** Of a maximum, among those that are read. */
  int placeOf(String maximum) {
    return members.indexOf(maximum);
  }

  /** Whether it is, for a lenient reader. */
  boolean isLikeMaximum(String name) {
    return foldedMembers.contains(RequestMember.folded(name));
  }
}
