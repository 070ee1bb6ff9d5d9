package dev.tollgate.gateway.tokens;

import com.knuddels.jtokkit.api.EncodingType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The encodings that are public, and the models that are known to use them. */
enum TextEncoding {
  O200K(
      EncodingType.O200K_BASE,
      List.of(
          "gpt-4o",
          "gpt-4.1",
          "gpt-4.5",
          "gpt-5",
          "chatgpt-4o",
          "o1",
          "o3",
          "o4",
          "gpt-oss",
          "codex",
          "computer-use-preview",
          "gpt-audio",
          "gpt-realtime")),
  CL100K(
      EncodingType.CL100K_BASE,
      List.of("gpt-4", "gpt-3.5", "gpt-35", "text-embedding-3", "text-embedding-ada-002"));

  private static final Set<String> BASE_MODELS = Set.of("davinci-002", "babbage-002");
  private static final String FINE_TUNED = "ft:";

  private final EncodingType type;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> families;

  TextEncoding(EncodingType type, List<String> families) {
    this.type = type;
    this.families = families;
  }

  EncodingType type() {
    return type;
  }

  /** The encoding of a model; null where it is not known. */
  static @Nullable TextEncoding of(@Nullable String model) {
    if (model == null) {
      return null;
    }
    String name = bareName(model);
    for (TextEncoding encoding : values()) {
      for (String family : encoding.families) {
        if (isOf(family, name)) {
          return encoding;
        }
      }
    }
    return BASE_MODELS.contains(name) ? CL100K : null;
  }

  /** {@code gpt-4} is the family of {@code gpt-4-turbo}, not of {@code gpt-4x}. */
  private static boolean isOf(String family, String name) {
    return name.startsWith(family)
        && (name.length() == family.length() || "-.:".indexOf(name.charAt(family.length())) >= 0);
  }

  /** Without the provider's name before it, and what is fine-tuned by its base. */
  static String bareName(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    String named = name.substring(name.lastIndexOf('/') + 1);
    return named.startsWith(FINE_TUNED) ? named.substring(FINE_TUNED.length()) : named;
  }
}
