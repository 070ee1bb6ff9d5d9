package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text in which {@code {{NAME}}} and {@code {{NAME.field}}} stand for secrets. */
final class SecretTemplate {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([A-Za-z0-9_.-]{1,129})\\}\\}");

  private SecretTemplate() {}

  /** What stands between the braces of {@code template}, in order. */
  static List<String> placeholders(String template) {
    return PLACEHOLDER.matcher(template).results().map(found -> found.group(1)).toList();
  }

  /**
   * The text with every placeholder filled in.
   *
   * @param secrets gives the secret of a name, or null if there is none
   * @throws UnresolvedSecretException if {@code secrets} does not know one
   */
  static SecretString fill(String template, Function<String, @Nullable SecretString> secrets) {
    Matcher matcher = PLACEHOLDER.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      SecretString secret = secrets.apply(matcher.group(1));
      if (secret == null) {
        throw new UnresolvedSecretException(matcher.group(1));
      }
      matcher.appendReplacement(
          filled, Matcher.quoteReplacement(secret.reveal(SecretAccess.granted())));
    }
    return SecretString.of(matcher.appendTail(filled).toString());
  }

  /** A template names a secret that is not there. */
  static final class UnresolvedSecretException extends RuntimeException {
    UnresolvedSecretException(String name) {
      super("no secret is named " + name);
    }
  }
}
