package dev.tollgate.admin.virtualkey.policy;

import dev.tollgate.admin.access.SignatureDemand;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.JsonNode.OverwriteMode;
import tools.jackson.databind.node.ObjectNode;

/** How the documents of several levels stand to each other, field by field. */
public final class PolicyLevels {
  /** How old a timestamp may be where a document that asks for signatures does not say. */
  static final int DEFAULT_AGE_SECONDS = 300;

  static final String MAX_AGE = "/security/authentication/max_timestamp_age";

  private static final LevelRule PERMISSION = new LevelRule.Flag(false);
  private static final LevelRule DEMAND = new LevelRule.Flag(true);
  private static final LevelRule SMALLEST = new LevelRule.Smallest();
  private static final LevelRule DENIED = new LevelRule.Denied();
  private static final String MODELS = PolicyFields.MODELS;
  private static final String ALLOWED_PROVIDERS = "/permissions/routing/allowed_providers";
  private static final String FORCE_PROVIDER = "/permissions/routing/force_provider";
  private static final String NETWORK = "/security/network_restrictions";
  private static final String DOMAIN = "/security/domain_restrictions";

  /** By path; a path that ends with a slash is of all fields below it. */
  private static final Map<String, LevelRule> RULES = rules();

  private PolicyLevels() {}

  private static Map<String, LevelRule> rules() {
    Map<String, LevelRule> rules = new TreeMap<>();
    rules.put(MODELS + "/allowed", new LevelRule.Allowed(Coverage.GLOBS, MODELS + "/denied"));
    rules.put(MODELS + "/denied", DENIED);
    rules.put(MODELS + "/limits/", SMALLEST);
    rules.put(PolicyFields.FEATURES_BLOCK + "/", PERMISSION);
    rules.put("/permissions/advanced_features/", PERMISSION);
    rules.put("/permissions/data_access/", PERMISSION);
    rules.put("/permissions/operations", new LevelRule.Allowed(Coverage.WORDS, null));
    rules.put("/permissions/routing/allow_auto_routing", PERMISSION);
    rules.put("/permissions/routing/fallback_allowed", PERMISSION);
    rules.put(ALLOWED_PROVIDERS, new LevelRule.Allowed(Coverage.WORDS, null));
    rules.put(FORCE_PROVIDER, new LevelRule.Each(true));
    rules.put("/permissions/require_approval", DEMAND);
    rules.put("/rate_limits/costs/alert_threshold", new LevelRule.Earliest());
    rules.put("/rate_limits/", SMALLEST);
    rules.put(
        NETWORK + "/ip_whitelist",
        new LevelRule.Allowed(Coverage.NETWORKS, NETWORK + "/ip_blacklist"));
    rules.put(NETWORK + "/ip_blacklist", DENIED);
    rules.put(NETWORK + "/require_https", DEMAND);
    rules.put(NETWORK + "/allowed_origins", new LevelRule.Allowed(Coverage.ORIGINS, null));
    rules.put(
        NETWORK + "/allowed_countries",
        new LevelRule.Allowed(Coverage.WORDS, NETWORK + "/blocked_countries"));
    rules.put(NETWORK + "/blocked_countries", DENIED);
    rules.put(DOMAIN + "/allowed_domains", new LevelRule.Allowed(Coverage.HOSTS, null));
    rules.put(DOMAIN + "/allowed_referrers", new LevelRule.Allowed(Coverage.GLOBS, null));
    rules.put(DOMAIN + "/user_agent_pattern", new LevelRule.Each(false));
    rules.put("/security/authentication/signature_algorithm", new LevelRule.Each(true));
    rules.put(MAX_AGE, SMALLEST);
    rules.put("/security/authentication/", DEMAND);
    rules.put("/security/audit/retention_days", SMALLEST);
    rules.put("/security/audit/", DEMAND);
    return rules;
  }

  /** The rule of a field; null only for one that stands in no policy. */
  static @Nullable LevelRule rule(String path) {
    LevelRule own = RULES.get(path);
    for (int end = path.lastIndexOf('/');
        own == null && end > 0;
        end = path.lastIndexOf('/', end - 1)) {
      own = RULES.get(path.substring(0, end + 1));
    }
    return own;
  }

  /**
   * What a key's effective policy allows beyond a policy that stands over it. What the key says
   * nothing of exceeds nothing: the gateway holds it to the policy above.
   *
   * @param isKind whether a provider's name is that of a kind: any other may be that of a service
   * @return errors {@code exceeds_ceiling}, each with the pointer of a value or of a list's entry
   */
  public static List<FieldError> exceeded(
      ObjectNode key, ObjectNode ceiling, Predicate<String> isKind) {
    ObjectNode above = withDefaultAge(ceiling);
    Stream<FieldError> errors = values(key).flatMap(value -> value.exceeded(above));
    return (forcesAnotherKind(key, ceiling, isKind)
            ? Stream.concat(errors, Stream.of(error(FORCE_PROVIDER)))
            : errors)
        .distinct()
        .toList();
  }

  private static boolean isOfDefaultAge(ObjectNode document) {
    return SignatureDemand.isIn(document) && document.at(MAX_AGE).isMissingNode();
  }

  private static ObjectNode withDefaultAge(ObjectNode ceiling) {
    if (!isOfDefaultAge(ceiling)) {
      return ceiling;
    }
    ObjectNode above = ceiling.deepCopy();
    above.withObject("/security/authentication").put("max_timestamp_age", DEFAULT_AGE_SECONDS);
    return above;
  }

  // a service bears any name, so that only kinds can be told to have nothing in common
  private static boolean forcesAnotherKind(
      ObjectNode key, ObjectNode ceiling, Predicate<String> isKind) {
    List<String> allowed =
        ceiling.at(ALLOWED_PROVIDERS).valueStream().map(JsonNode::asString).toList();
    String forced = key.at(FORCE_PROVIDER).asString("");
    return ceiling.at(ALLOWED_PROVIDERS).isArray()
        && isKind.test(forced)
        && !allowed.contains(forced)
        && allowed.stream().allMatch(isKind);
  }

  /** The policy that holds where both hold. */
  public static ObjectNode sum(ObjectNode above, ObjectNode below) {
    ObjectNode sum = above.deepCopy();
    values(below).forEach(value -> value.addTo(sum));
    boolean defaultAge = isOfDefaultAge(above) || isOfDefaultAge(below);
    if (defaultAge && sum.at(MAX_AGE).asInt(0) > DEFAULT_AGE_SECONDS) {
      sum.withObject("/security/authentication").put("max_timestamp_age", DEFAULT_AGE_SECONDS);
    }
    return sum;
  }

  private static FieldError error(String pointer) {
    return new FieldError(pointer, "exceeds_ceiling", "allows more than a policy above the key");
  }

  /** A value of a document, where it stands, and its rule. */
  private record Value(JsonPointer pointer, JsonNode node, LevelRule rule) {

    Stream<FieldError> exceeded(ObjectNode ceiling) {
      JsonNode above = ceiling.at(pointer);
      List<String> parts = new ArrayList<>();
      if (!above.isMissingNode()) {
        parts.addAll(rule.exceeded(node, above));
      }
      if (rule instanceof LevelRule.Allowed allowed && allowed.denied() != null) {
        parts.addAll(allowed.allDenied(node, ceiling.at(allowed.denied())));
      }
      return parts.stream().map(part -> error(pointer + part));
    }

    void addTo(ObjectNode sum) {
      JsonNode above = sum.at(pointer);
      ObjectNode block = sum.withObject(pointer.head(), OverwriteMode.NONE, false);
      block.set(
          pointer.last().getMatchingProperty(),
          above.isMissingNode() ? node.deepCopy() : rule.sum(above, node));
    }
  }

  private static Stream<Value> values(ObjectNode document) {
    return PolicyFields.CEILING.fields().stream()
        .flatMap(
            field -> values(document, JsonPointer.empty(), Field.segments(field.path()), field));
  }

  private static Stream<Value> values(
      JsonNode block, JsonPointer pointer, List<String> segments, Field field) {
    if (segments.isEmpty()) {
      LevelRule rule = rule(field.path());
      return rule == null || block.isMissingNode()
          ? Stream.empty()
          : Stream.of(new Value(pointer, block, rule));
    }
    String name = segments.getFirst();
    List<String> rest = segments.subList(1, segments.size());
    Stream<String> names =
        name.equals("*") ? block.properties().stream().map(Map.Entry::getKey) : Stream.of(name);
    return names.flatMap(
        member -> values(block.path(member), pointer.appendProperty(member), rest, field));
  }
}
