package dev.tollgate.admin.credential;

import dev.tollgate.admin.problem.FieldError;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.FieldSpec;
import dev.tollgate.admin.provider.ProviderKind;
import dev.tollgate.crypto.secret.SecretMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a credential, checked against what its provider's auth method asks for.
 *
 * @param secret what is sealed
 * @param clear what is stored as it is, such as a region
 */
record CredentialFields(Map<String, String> secret, Map<String, String> clear) {

  private static final int MAX_FIELDS = 16;
  private static final int MAX_LENGTH = 16 * 1024;
  private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  /** What may stand in a header: a line break would end it and start another. */
  private static final Pattern ONE_LINE =
      Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]*[\\x21-\\x7e])?");

  private static final Pattern HOST_LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * Checks the fields that a body gave.
   *
   * @throws ProblemException 400
   */
  static CredentialFields of(ProviderKind kind, AuthMethod method, Map<String, String> given) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, String> secret = new TreeMap<>();
    Map<String, String> clear = new TreeMap<>();
    given.forEach((name, value) -> {
      FieldSpec spec = spec(kind, method, name).orElse(null);
      error(spec, name, value).ifPresent(errors::add);
      (spec != null && Boolean.FALSE.equals(spec.secret()) ? clear : secret).put(name, value);
    });
    method.fields().stream()
        .filter(spec -> Boolean.TRUE.equals(spec.required()) && !given.containsKey(spec.name()))
        .forEach(
            spec -> errors.add(new FieldError(pointer(spec.name()), "required", "is required")));
    refuse(errors, secret, given.size());
    return new CredentialFields(secret, clear);
  }

  private static void refuse(List<FieldError> errors, Map<String, String> secret, int count) {
    if (secret.isEmpty() && errors.isEmpty()) {
      errors.add(new FieldError("/fields", "required", "a credential has a secret field"));
    }
    if (count > MAX_FIELDS) {
      errors.add(new FieldError("/fields", "invalid_value", "has too many fields"));
    }
    if (!errors.isEmpty()) {
      throw ProblemException.badRequest(errors);
    }
  }

  private static Optional<FieldSpec> spec(ProviderKind kind, AuthMethod method, String name) {
    Optional<FieldSpec> known =
        method.fields().stream().filter(spec -> spec.name().equals(name)).findFirst();
    boolean open = Boolean.TRUE.equals(kind.openFields()) && FIELD_NAME.matcher(name).matches();
    return known.isEmpty() && open
        ? Optional.of(new FieldSpec(name, name, true, false, false, false))
        : known;
  }

  private static Optional<FieldError> error(
      @Nullable FieldSpec spec, String name, @Nullable String value) {
    if (spec == null) {
      return Optional.of(
          new FieldError(pointer(name), "unknown_field", "is no field of this auth method"));
    }
    return value != null && isFine(spec, value)
        ? Optional.empty()
        : Optional.of(new FieldError(pointer(name), "invalid_value", "has not the form asked for"));
  }

  private static boolean isFine(FieldSpec spec, String value) {
    if (value.isBlank() || value.length() > MAX_LENGTH) {
      return false;
    }
    if (Boolean.TRUE.equals(spec.label())) {
      return HOST_LABEL.matcher(value).matches();
    }
    return spec.name().endsWith("_json") || ONE_LINE.matcher(value).matches();
  }

  /** The masks of the secret fields. */
  Map<String, String> masks() {
    Map<String, String> masks = new TreeMap<>();
    secret.forEach((name, value) -> masks.put(name, SecretMask.of(value)));
    return masks;
  }

  private static String pointer(String name) {
    return "/fields/" + name.replace("~", "~0").replace("/", "~1");
  }

  @Override
  public String toString() {
    return "CredentialFields[secret=" + secret.keySet() + ", clear=" + clear.keySet() + "]";
  }
}
