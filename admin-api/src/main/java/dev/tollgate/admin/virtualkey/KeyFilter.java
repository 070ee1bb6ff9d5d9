package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which keys a list shows; null and empty mean all.
 *
 * @param caller sees no others than its own
 * @param projectId only keys that hold in this project
 * @param teamId only keys of this team
 * @param metadata pairs that a key must all have
 */
record KeyFilter(
    Caller caller,
    @Nullable String organizationId,
    @Nullable String projectId,
    @Nullable String teamId,
    @Nullable String environment,
    @Nullable KeyStatus status,
    Map<String, String> metadata) {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern METADATA_PARAMETER = Pattern.compile("metadata(?:\\.(.+)|\\[(.+)])");
  private static final Pattern METADATA_PAIR = Pattern.compile("([^:]+):(.*)", Pattern.DOTALL);

  /**
   * From the query: {@code organization}, {@code project}, {@code team}, {@code environment},
   * {@code status}, and pairs as {@code metadata.NAME=VALUE}, {@code metadata[NAME]=VALUE} or
   * {@code metadata=NAME:VALUE}.
   *
   * @throws ProblemException 400 for a value that cannot be one, 404 for an organization that the
   *     caller does not see
   */
  static KeyFilter of(Caller caller, MultiValueMap<String, String> query) {
    String organization = word(query, "organization");
    if (organization != null) {
      caller.mustSee(organization);
    }
    return new KeyFilter(
        caller,
        organization == null ? caller.organizationId() : organization,
        word(query, "project"),
        word(query, "team"),
        word(query, "environment"),
        status(query),
        metadata(query));
  }

  @Nullable String statusText() {
    return status == null ? null : status.text();
  }

  private static @Nullable String word(MultiValueMap<String, String> query, String name) {
    String value = query.containsKey(name) ? query.getFirst(name) : query.getFirst(name + "_id");
    if (value != null && !WORD.matcher(value).matches()) {
      throw invalid(name);
    }
    return value;
  }

  private static @Nullable KeyStatus status(MultiValueMap<String, String> query) {
    String text = word(query, "status");
    return text == null ? null : KeyStatus.parse(text).orElseThrow(() -> invalid("status"));
  }

  private static Map<String, String> metadata(MultiValueMap<String, String> query) {
    Map<String, String> pairs = new HashMap<>();
    query.forEach((name, values) -> addPairs(pairs, name, values));
    return pairs;
  }

  private static void addPairs(Map<String, String> pairs, String name, List<String> values) {
    Matcher parameter = METADATA_PARAMETER.matcher(name);
    if (parameter.matches()) {
      String key = parameter.group(1) == null ? parameter.group(2) : parameter.group(1);
      values.forEach(value -> addPair(pairs, key, value));
    } else if (name.equals("metadata")) {
      values.forEach(value -> addPair(pairs, value));
    }
  }

  private static void addPair(Map<String, String> pairs, @Nullable String pair) {
    Matcher parts = METADATA_PAIR.matcher(pair == null ? "" : pair);
    if (!parts.matches()) {
      throw invalid("metadata");
    }
    addPair(pairs, parts.group(1), parts.group(2));
  }

  private static void addPair(
      Map<String, String> pairs, @Nullable String name, @Nullable String value) {
    // U+0000 is in no stored text, and PostgreSQL refuses to be asked for it
    if (name == null || value == null || name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
      throw invalid("metadata");
    }
    pairs.put(name, value);
  }

  private static ProblemException invalid(String name) {
    return ProblemException.badParameter(
        "invalid_parameter", "The parameter " + name + " cannot be read.");
  }
}
