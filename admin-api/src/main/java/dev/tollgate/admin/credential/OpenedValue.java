package dev.tollgate.admin.credential;

import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a credential's value, secret and clear ones. */
record OpenedValue(Map<String, SecretString> secret, Map<String, String> clear) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([A-Za-z0-9_.-]{1,129})\\}\\}");
  private static final String USUAL_FIELD = "api_key";

  OpenedValue {
    secret = Map.copyOf(secret);
    clear = Map.copyOf(clear);
  }

  /**
   * Reads what was sealed.
   *
   * @param opened a flat JSON object of the secret fields
   */
  static OpenedValue of(SecretBytes opened, Map<String, String> clear, JsonBodies bodies) {
    byte[] json = opened.reveal(SecretAccess.granted());
    try {
      Map<String, SecretString> secret = new HashMap<>();
      bodies
          .read(json, ObjectNode.class)
          .forEachEntry((name, value) -> secret.put(name, SecretString.of(value.asString())));
      return new OpenedValue(secret, clear);
    } finally {
      SecretBytes.wipe(json);
    }
  }

  /**
   * The field of this name; without a name the only secret one, else the usual one.
   *
   * @throws ProblemException 422 {@code no_test_target}
   */
  String field(@Nullable String name) {
    SecretString found =
        name == null && secret.size() == 1
            ? secret.values().iterator().next()
            : secret.get(name == null ? USUAL_FIELD : name);
    String value =
        found != null
            ? found.reveal(SecretAccess.granted())
            : clear.get(name == null ? USUAL_FIELD : name);
    if (value == null) {
      throw ProblemException.of(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "no_test_target",
          "The service presents a field that the credential has not.");
    }
    return value;
  }

  /** A template with the fields that it names put in. */
  String filled(@Nullable String template) {
    return PLACEHOLDER
        .matcher(template == null ? "" : template)
        .replaceAll(found -> Matcher.quoteReplacement(field(found.group(1))));
  }

  @Override
  public String toString() {
    return "OpenedValue[secret=" + secret.keySet() + "]";
  }
}
