package dev.tollgate.gateway.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names under which providers know the model that a name stands for, beside the name itself:
 * what is denied is denied under each, and what is limited is limited under each. Never used for
 * what is allowed.
 *
 * <ul>
 *   <li>without a suffix that only chooses a variant or a version: {@code openai/gpt-4o:nitro},
 *       {@code llama3:latest}, {@code claude-sonnet-4@20250514};
 *   <li>with the suffix that Ollama adds where there is none, {@code :latest};
 *   <li>without the collection: {@code models/gemini-2.5-pro}, {@code
 *       publishers/google/models/gemini-2.5-pro};
 *   <li>without the regions of Bedrock's inference profiles: {@code us.anthropic.claude-…}, and of
 *       an ARN only the model.
 * </ul>
 */
final class ModelForms {

  private static final Set<String> REGIONS =
      Set.of("us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "me", "af", "in", "global");

  private static final String MODELS = "models/";

  /** No name of a model has more; a longer row must not make work. */
  private static final int MOST_SUFFIXES = 8;

  private ModelForms() {}

  /**
   * The forms of a name, the name first, and of two suffixes the name without the last before that
   * without both.
   *
   * @param plain as {@link ModelSpelling#plain} makes it
   */
  static Set<String> of(String plain) {
    Set<String> forms = new LinkedHashSet<>();
    forms.add(plain);
    String model = withoutRegion(withoutCollection(withoutArn(plain)));
    forms.add(withoutCollection(plain));
    forms.add(withoutArn(plain));
    forms.add(model);
    for (String form : List.copyOf(forms)) {
      addWithoutSuffixes(form, forms);
    }
    if (model.indexOf(':') < 0) {
      forms.add(model + ":latest");
    }
    return forms;
  }

  private static String withoutArn(String name) {
    return name.startsWith("arn:") ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  private static String withoutCollection(String name) {
    int at = name.lastIndexOf(MODELS);
    return at == 0 || (at > 0 && name.charAt(at - 1) == '/')
        ? name.substring(at + MODELS.length())
        : name;
  }

  private static String withoutRegion(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && REGIONS.contains(name.substring(0, dot)) ? name.substring(dot + 1) : name;
  }

  private static void addWithoutSuffixes(String name, Set<String> forms) {
    List<String> shorter = new ArrayList<>();
    for (int i = 1; i < name.length() && shorter.size() < MOST_SUFFIXES; i++) {
      if (name.charAt(i) == ':' || name.charAt(i) == '@') {
        shorter.add(name.substring(0, i));
      }
    }
    forms.addAll(shorter.reversed());
  }
}
