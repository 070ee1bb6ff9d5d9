package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.virtualkey.policy.PolicyFields.FEATURES;
import static dev.tollgate.admin.virtualkey.policy.PolicyFields.FEATURES_BLOCK;
import static dev.tollgate.admin.virtualkey.policy.PolicyFields.MODELS;

import dev.tollgate.admin.document.ShortForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The second ways to write fields of the key policy. */
final class PolicyShortForms {
  /** How an answer travels rather than what it is: no list of features is meant to forbid these. */
  private static final Set<String> NEVER_FORBIDDEN_BY_A_LIST =
      Set.of("streaming", "prompt_caching");

  private static final String LIMITS = "/rate_limits";
  private static final String SECURITY = "/security";

  private PolicyShortForms() {}

  /** Those of a key: what it may say, it may also say in its overrides. */
  static List<ShortForm> ofKeys() {
    return Stream.concat(
            all().stream(),
            ofPermissions().stream()
                .map(form -> form.moved("/permissions", "/permissions/overrides")))
        .toList();
  }

  static List<ShortForm> all() {
    return Stream.concat(ofPermissions().stream(), ofOtherBlocks().stream()).toList();
  }

  private static List<ShortForm> ofPermissions() {
    return List.of(
        new ShortForm(MODELS, MODELS + "/allowed", MODELS, list -> list),
        new ShortForm(
            "/permissions/all_models", MODELS + "/allowed", MODELS, PolicyShortForms::everyModel),
        ShortForm.alias(MODELS + "/cost_limits", MODELS + "/limits"),
        new ShortForm(
            FEATURES_BLOCK, FEATURES_BLOCK, FEATURES_BLOCK, PolicyShortForms::onlyTheseFeatures),
        new ShortForm(
            "/permissions/all_features",
            FEATURES_BLOCK,
            FEATURES_BLOCK,
            PolicyShortForms::everyFeature));
  }

  private static List<ShortForm> ofOtherBlocks() {
    return List.of(
        ShortForm.alias("/permissions/max_requests_per_minute", LIMITS + "/requests/per_minute"),
        ShortForm.alias("/permissions/max_requests_per_day", LIMITS + "/requests/per_day"),
        ShortForm.alias("/permissions/max_cost_per_day", LIMITS + "/costs/per_day_max"),
        ShortForm.alias(
            "/restrictions/ip_whitelist", SECURITY + "/network_restrictions/ip_whitelist"),
        ShortForm.alias("/restrictions/domains", SECURITY + "/domain_restrictions/allowed_domains"),
        ShortForm.alias(
            "/restrictions/referrers", SECURITY + "/domain_restrictions/allowed_referrers"),
        ShortForm.converted(
            "/restrictions/user_agents",
            SECURITY + "/domain_restrictions/user_agent_pattern",
            UserAgents.prefixes(),
            UserAgents::toPattern));
  }

  // false says nothing that the long form could say: it stays as it is and is refused there
  private static JsonNode everyModel(JsonNode value) {
    return isTrue(value) ? JsonNodeFactory.instance.arrayNode().add("*") : value;
  }

  private static JsonNode everyFeature(JsonNode value) {
    return isTrue(value) ? features(FEATURES) : value;
  }

  private static boolean isTrue(JsonNode value) {
    return value.isBoolean() && value.booleanValue();
  }

  // names that are no feature become members too, so that the block refuses them
  private static JsonNode onlyTheseFeatures(JsonNode value) {
    if (!(value instanceof ArrayNode list) || !list.valueStream().allMatch(JsonNode::isString)) {
      return value;
    }
    return features(list.valueStream().map(JsonNode::stringValue).toList());
  }

  /** Says something of every feature, so that a list in a patch leaves nothing of what was. */
  private static ObjectNode features(List<String> allowed) {
    ObjectNode features = JsonNodeFactory.instance.objectNode();
    for (String feature : FEATURES) {
      if (NEVER_FORBIDDEN_BY_A_LIST.contains(feature)) {
        features.putNull(feature);
      } else {
        features.put(feature, false);
      }
    }
    allowed.forEach(feature -> features.put(feature, true));
    return features;
  }
}
