package dev.tollgate.admin.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with placeholders: a name in doubled braces. It stands in a header, so it is one line of
 * visible ASCII; a number sign before a brace is refused, so that no expression language ever finds
 * an expression.
 *
 * @param placeholders the names, in order
 */
public record Template(List<String> placeholders) {

  private static final Pattern ONE_LINE =
      Pattern.compile("(?:[\\x21-\\x7e](?:[\\x20-\\x7e]*[\\x21-\\x7e])?)?");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([A-Za-z0-9_.-]{1,129})\\}\\}");

  /** Empty if the text is not well-formed. */
  public static Optional<Template> parse(String text) {
    if (!ONE_LINE.matcher(text).matches() || text.contains("#{")) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    String rest = matcher.replaceAll("");
    return rest.contains("{{") || rest.contains("}}")
        ? Optional.empty()
        : Optional.of(new Template(List.copyOf(names)));
  }
}
