package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Field.enforced;
import static dev.tollgate.admin.document.Field.later;
import static dev.tollgate.admin.document.ValueRules.count;
import static dev.tollgate.admin.document.ValueRules.duration;
import static dev.tollgate.admin.document.ValueRules.flag;
import static dev.tollgate.admin.document.ValueRules.futureTime;
import static dev.tollgate.admin.document.ValueRules.globs;
import static dev.tollgate.admin.document.ValueRules.id;
import static dev.tollgate.admin.document.ValueRules.line;
import static dev.tollgate.admin.document.ValueRules.listOf;
import static dev.tollgate.admin.document.ValueRules.money;
import static dev.tollgate.admin.document.ValueRules.oneOf;
import static dev.tollgate.admin.document.ValueRules.share;
import static dev.tollgate.admin.document.ValueRules.someOf;
import static dev.tollgate.admin.document.ValueRules.text;
import static dev.tollgate.admin.document.ValueRules.wholeNumber;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.countries;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.domains;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.networks;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.origins;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.provider;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.referrers;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.wordSet;

import dev.tollgate.admin.document.DocumentCheck;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.document.ShortForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every field of the key policy, and whether this version enforces it: the one place to change when
 * the gateway learns a field. A field that stands here without a rule gets its rule in the change
 * that turns it on.
 */
public final class PolicyFields {
  static final int MAX_METADATA = 32;

  /** What a request does; a list of features forbids those of them that it does not name. */
  static final List<String> FEATURES =
      List.of(
          "chat_completion",
          "completions",
          "embeddings",
          "images",
          "audio",
          "moderations",
          "files",
          "realtime",
          "passthrough",
          "function_calling",
          "vision",
          "structured_outputs",
          "streaming",
          "web_search",
          "prompt_caching",
          "message_transforms");

  /** How an answer travels rather than what it is: no list of features is meant to forbid these. */
  private static final Set<String> NEVER_FORBIDDEN_BY_A_LIST =
      Set.of("streaming", "prompt_caching");

  private static final String MODELS = "/permissions/models";
  private static final String FEATURES_BLOCK = "/permissions/features";
  private static final int MAX_PROJECTS = 100;
  private static final int MAX_TIMESTAMP_AGE_SECONDS = 86_400;
  private static final int MAX_RETENTION_DAYS = 3_650;

  /** The shape of a virtual key's policy. */
  public static final DocumentShape KEY_POLICY =
      new DocumentShape(
          allFields(),
          shortForms(),
          List.of(
              DocumentCheck.required("name"), DocumentCheck.maxMembers("metadata", MAX_METADATA)));

  /** The shape of the policy of a project or an organization: what its keys and tokens may do. */
  public static final DocumentShape CEILING =
      new DocumentShape(whatIsAllowed(), shortForms(), List.of());

  private PolicyFields() {}

  private static List<Field> allFields() {
    List<Field> all = new ArrayList<>();
    all.addAll(whoAndWhere());
    all.addAll(whatIsAllowed());
    return all;
  }

  private static List<Field> whatIsAllowed() {
    List<Field> all = new ArrayList<>();
    all.addAll(permissions());
    all.addAll(rateLimits());
    all.addAll(security());
    return all;
  }

  private static List<Field> whoAndWhere() {
    return List.of(
        enforced("/name", line(128)),
        enforced("/description", text(1024)),
        enforced("/type", oneOf(Set.of("project", "team", "organization"), Set.of("user"))),
        enforced("/scope/organization_id", id("org_")),
        enforced("/scope/projects", someOf(MAX_PROJECTS, id("prj_"))),
        enforced("/scope/team_id", id("team_")),
        enforced("/environment", oneOf("development", "staging", "production")),
        enforced("/expires_at", futureTime()),
        enforced("/metadata/*", text(512)),
        later("/members"));
  }

  private static List<Field> permissions() {
    List<Field> fields = new ArrayList<>();
    fields.add(enforced(MODELS + "/allowed", globs()));
    fields.add(enforced(MODELS + "/denied", globs()));
    fields.add(later(MODELS + "/limits/*/max_requests_per_day", count()));
    fields.add(later(MODELS + "/limits/*/max_tokens_per_request", count()));
    fields.add(later(MODELS + "/limits/*/max_cost_per_day", money()));
    FEATURES.forEach(feature -> fields.add(later(FEATURES_BLOCK + "/" + feature, flag())));
    fields.add(later("/permissions/advanced_features/zero_completion_insurance", flag()));
    fields.add(later("/permissions/advanced_features/custom_presets", flag()));
    fields.add(later("/permissions/advanced_features/batch_processing", flag()));
    fields.add(later("/permissions/advanced_features/priority_queue", flag()));
    fields.add(later("/permissions/data_access/log_requests", flag()));
    fields.add(later("/permissions/data_access/log_responses", flag()));
    fields.add(later("/permissions/data_access/export_data", flag()));
    fields.add(later("/permissions/data_access/delete_data", flag()));
    fields.add(enforced("/permissions/operations", wordSet("read", "write")));
    fields.add(later("/permissions/routing/allow_auto_routing", flag()));
    fields.add(enforced("/permissions/routing/allowed_providers", listOf(100, provider())));
    fields.add(enforced("/permissions/routing/force_provider", provider()));
    fields.add(later("/permissions/routing/fallback_allowed", flag()));
    fields.add(later("/permissions/require_approval", flag()));
    fields.add(later("/permissions/inherit_from"));
    fields.add(later("/permissions/overrides"));
    return fields;
  }

  private static List<Field> rateLimits() {
    return List.of(
        later("/rate_limits/requests/per_second", count()),
        later("/rate_limits/requests/per_minute", count()),
        later("/rate_limits/requests/per_hour", count()),
        later("/rate_limits/requests/per_day", count()),
        later("/rate_limits/requests/burst_size", count()),
        later("/rate_limits/tokens/input_per_minute", count()),
        later("/rate_limits/tokens/output_per_minute", count()),
        later("/rate_limits/tokens/total_per_day", count()),
        later("/rate_limits/costs/per_request_max", money()),
        later("/rate_limits/costs/per_hour_max", money()),
        later("/rate_limits/costs/per_day_max", money()),
        later("/rate_limits/costs/per_month_max", money()),
        later("/rate_limits/costs/alert_threshold", share()),
        later("/rate_limits/concurrency/max_parallel_requests", count()),
        later("/rate_limits/concurrency/max_queued_requests", count()),
        later(
            "/rate_limits/concurrency/max_queue_wait",
            duration(Duration.ofSeconds(1), Duration.ofHours(1))));
  }

  private static List<Field> security() {
    return List.of(
        later("/security/network_restrictions/ip_whitelist", networks()),
        later("/security/network_restrictions/ip_blacklist", networks()),
        later("/security/network_restrictions/require_https", flag()),
        later("/security/network_restrictions/allowed_origins", origins()),
        later("/security/network_restrictions/blocked_countries", countries()),
        later("/security/network_restrictions/allowed_countries", countries()),
        later("/security/domain_restrictions/allowed_domains", domains()),
        later("/security/domain_restrictions/allowed_referrers", referrers()),
        later("/security/domain_restrictions/user_agent_pattern", UserAgents.pattern()),
        later("/security/authentication/require_signature", flag()),
        later("/security/authentication/signature_algorithm", oneOf("HMAC-SHA256")),
        later("/security/authentication/require_timestamp", flag()),
        later(
            "/security/authentication/max_timestamp_age",
            wholeNumber(1, MAX_TIMESTAMP_AGE_SECONDS)),
        later("/security/authentication/require_nonce", flag()),
        later("/security/audit/log_all_requests", flag()),
        later("/security/audit/log_failures", flag()),
        later("/security/audit/alert_on_suspicious", flag()),
        later("/security/audit/retention_days", wholeNumber(1, MAX_RETENTION_DAYS)));
  }

  private static List<ShortForm> shortForms() {
    String perRequest = "/rate_limits/requests";
    String security = "/security";
    return List.of(
        new ShortForm(MODELS, MODELS + "/allowed", MODELS, list -> list),
        new ShortForm(
            "/permissions/all_models", MODELS + "/allowed", MODELS, PolicyFields::everyModel),
        ShortForm.alias(MODELS + "/cost_limits", MODELS + "/limits"),
        new ShortForm(
            FEATURES_BLOCK, FEATURES_BLOCK, FEATURES_BLOCK, PolicyFields::onlyTheseFeatures),
        new ShortForm(
            "/permissions/all_features",
            FEATURES_BLOCK,
            FEATURES_BLOCK,
            PolicyFields::everyFeature),
        ShortForm.alias("/permissions/max_requests_per_minute", perRequest + "/per_minute"),
        ShortForm.alias("/permissions/max_requests_per_day", perRequest + "/per_day"),
        ShortForm.alias("/permissions/max_cost_per_day", "/rate_limits/costs/per_day_max"),
        ShortForm.alias(
            "/restrictions/ip_whitelist", security + "/network_restrictions/ip_whitelist"),
        ShortForm.alias("/restrictions/domains", security + "/domain_restrictions/allowed_domains"),
        ShortForm.alias(
            "/restrictions/referrers", security + "/domain_restrictions/allowed_referrers"),
        ShortForm.converted(
            "/restrictions/user_agents",
            security + "/domain_restrictions/user_agent_pattern",
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

  private static ObjectNode features(List<String> allowed) {
    ObjectNode features = JsonNodeFactory.instance.objectNode();
    FEATURES.stream()
        .filter(feature -> !NEVER_FORBIDDEN_BY_A_LIST.contains(feature))
        .forEach(feature -> features.put(feature, false));
    allowed.forEach(feature -> features.put(feature, true));
    return features;
  }
}
