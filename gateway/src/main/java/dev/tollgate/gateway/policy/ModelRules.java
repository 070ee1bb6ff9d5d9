package dev.tollgate.gateway.policy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which models one policy document lets through: {@code permissions.models} of the key policy,
 * compiled. Denied wins, over every spelling and form that some provider could take for the same
 * name; without an allowed list every model is allowed, with an empty one none.
 */
public final class ModelRules {

  /** The rules of a document that says nothing about models. */
  public static final ModelRules UNRESTRICTED = new ModelRules(null, Patterns.of(List.of()));

  private static final String MODELS = "models/";

  private final @Nullable Patterns allowed;
  private final Patterns denied;
  private final LastVerdict verdict = new LastVerdict(this::judge);

  private ModelRules(@Nullable Patterns allowed, Patterns denied) {
    this.allowed = allowed;
    this.denied = denied;
  }

  /**
   * Compiles one document's lists.
   *
   * @param allowed patterns of which one must match, or null for no such condition
   * @param denied patterns of which none may match
   */
  public static ModelRules compile(@Nullable List<String> allowed, List<String> denied) {
    return new ModelRules(
        allowed == null ? null : Patterns.of(allowed),
        Patterns.of(denied.stream().flatMap(ModelRules::comparable).toList()));
  }

  /** A pattern as it is written, and without the collection that names are stripped of. */
  static Stream<String> comparable(String pattern) {
    String plain = ModelSpelling.plain(pattern);
    return plain.startsWith(MODELS) && !plain.startsWith(MODELS + "*")
        ? Stream.of(plain, plain.substring(MODELS.length()))
        : Stream.of(plain);
  }

  static ModelRules of(PolicyNode models) {
    List<String> denied = models.texts("denied");
    return compile(models.texts("allowed"), denied == null ? List.of() : denied);
  }

  public boolean allows(String model) {
    return verdict.passes(model);
  }

  private boolean judge(String model) {
    return (allowed == null || allowed.matches(model)) && !denies(model);
  }

  /** Whether {@code model} is one of those that may never run, whatever is allowed. */
  public boolean denies(String model) {
    if (denied.isEmpty()) {
      return false;
    }
    for (String form : ModelForms.of(ModelSpelling.plain(model))) {
      if (denied.matches(form)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a request that names no model may pass: only where no model could be refused at all.
   */
  public boolean allowsUnnamed() {
    return allowed == null && denied.isEmpty();
  }

  /** Literal names by hash, the rest one by one. */
  private record Patterns(Set<String> names, List<ModelGlob> globs) {

    static Patterns of(List<String> patterns) {
      return new Patterns(
          patterns.stream().filter(p -> p.indexOf('*') < 0).collect(Collectors.toUnmodifiableSet()),
          patterns.stream().filter(p -> p.indexOf('*') >= 0).map(ModelGlob::compile).toList());
    }

    boolean matches(String model) {
      if (names.contains(model)) {
        return true;
      }
      for (ModelGlob glob : globs) {
        if (glob.matches(model)) {
          return true;
        }
      }
      return false;
    }

    boolean isEmpty() {
      return names.isEmpty() && globs.isEmpty();
    }
  }
}
