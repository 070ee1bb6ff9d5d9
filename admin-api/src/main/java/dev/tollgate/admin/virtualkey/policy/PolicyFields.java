package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Field.enforced;
import static dev.tollgate.admin.document.Field.later;
import static dev.tollgate.admin.document.TextRules.environmentName;
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
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.deniedNetworks;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.domains;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.networks;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.origins;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.provider;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.referrers;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.templateName;
import static dev.tollgate.admin.virtualkey.policy.PolicyRules.wordSet;

import dev.tollgate.admin.document.DocumentCheck;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.project.TokenLifetime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every field of the key policy, and whether this version enforces it: the one place to change when
 * the gateway learns a field. A field that stands here without a rule gets its rule in the change
 * that turns it on.
 */
public final class PolicyFields {
  static final int MAX_METADATA = 32;

  /** What a request does; a list of features forbids those of them that it does not name. */
  public static final List<String> FEATURES =
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

  static final String MODELS = "/permissions/models";
  static final String FEATURES_BLOCK = "/permissions/features";
  private static final int MAX_NAME = 128;
  private static final int MAX_PROJECTS = 100;
  private static final int MAX_TIMESTAMP_AGE_SECONDS = 86_400;
  private static final int MAX_RETENTION_DAYS = 3_650;

  /** The gateways' own bound, unless they are told a shorter one. */
  private static final Duration MAX_QUEUE_WAIT = Duration.ofMinutes(5);

  /** The shape of a virtual key's policy. */
  public static final DocumentShape KEY_POLICY =
      new DocumentShape(
          allFields(),
          PolicyShortForms.ofKeys(),
          all(
              List.of(
                  List.of(
                      DocumentCheck.required("name"),
                      DocumentCheck.maxMembers("metadata", MAX_METADATA)),
                  LimitChecks.ofKeys())));

  /** The shape of the policy of an organization or a team: what its keys and tokens may do. */
  public static final DocumentShape CEILING =
      new DocumentShape(whatIsAllowed(), PolicyShortForms.all(), LimitChecks.below(""));

  /** How long a project's tokens last at most; of no other policy. */
  public static final String MAX_TOKEN_TTL = "max_token_ttl";

  /** The shape of a project's policy, which is also the rule of its tokens. */
  public static final DocumentShape PROJECT_POLICY =
      new DocumentShape(
          all(
              List.of(
                  whatIsAllowed(),
                  List.of(
                      enforced(
                          "/" + MAX_TOKEN_TTL,
                          duration(Duration.ofSeconds(1), TokenLifetime.LONGEST.duration()))))),
          PolicyShortForms.all(),
          LimitChecks.below(""));

  /** The shape of a template: a policy with a name. */
  public static final DocumentShape TEMPLATE =
      new DocumentShape(
          all(
              List.of(
                  List.of(
                      enforced("/organization_id", id("org_")),
                      enforced("/name", templateName(MAX_NAME)),
                      enforced("/description", text(1024))),
                  whatIsAllowed())),
          PolicyShortForms.all(),
          all(List.of(List.of(DocumentCheck.required("name")), LimitChecks.below(""))));

  /** The shape of an environment: a name, and the policy that its keys begin with. */
  public static final DocumentShape ENVIRONMENT =
      new DocumentShape(
          all(
              List.of(
                  List.of(
                      enforced("/organization_id", id("org_")),
                      enforced("/name", environmentName())),
                  whatIsAllowed().stream().map(field -> field.moved("", "/defaults")).toList())),
          PolicyShortForms.all().stream().map(form -> form.moved("", "/defaults")).toList(),
          all(List.of(List.of(DocumentCheck.required("name")), LimitChecks.below("/defaults"))));

  private PolicyFields() {}

  private static List<Field> allFields() {
    return all(List.of(whoAndWhere(), whatIsAllowed(), whatIsInherited()));
  }

  private static List<Field> whatIsAllowed() {
    return all(List.of(permissions(), rateLimits(), security()));
  }

  private static <T> List<T> all(List<List<T>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static List<Field> whatIsInherited() {
    List<Field> fields = new ArrayList<>();
    fields.add(enforced("/permissions/inherit_from", line(MAX_NAME)));
    permissions().stream()
        .map(field -> field.moved("/permissions", "/permissions/overrides"))
        .forEach(fields::add);
    return fields;
  }

  private static List<Field> whoAndWhere() {
    return List.of(
        enforced("/name", line(MAX_NAME)),
        enforced("/description", text(1024)),
        enforced("/type", oneOf("project", "team", "organization", "user")),
        enforced("/scope/organization_id", id("org_")),
        enforced("/scope/projects", someOf(MAX_PROJECTS, id("prj_"))),
        enforced("/scope/team_id", id("team_")),
        enforced("/environment", environmentName()),
        enforced("/expires_at", futureTime()),
        enforced("/metadata/*", text(512)),
        enforced("/members", KeyMemberRule.members()));
  }

  private static List<Field> permissions() {
    List<Field> fields = new ArrayList<>();
    fields.add(enforced(MODELS + "/allowed", globs()));
    fields.add(enforced(MODELS + "/denied", globs()));
    fields.add(enforced(MODELS + "/limits/*/max_requests_per_day", count()));
    fields.add(enforced(MODELS + "/limits/*/max_tokens_per_request", count()));
    fields.add(enforced(MODELS + "/limits/*/max_cost_per_day", money()));
    FEATURES.forEach(feature -> fields.add(enforced(FEATURES_BLOCK + "/" + feature, flag())));
    fields.add(enforced("/permissions/advanced_features/zero_completion_insurance", flag()));
    fields.add(later("/permissions/advanced_features/custom_presets", flag()));
    fields.add(enforced("/permissions/advanced_features/batch_processing", flag()));
    fields.add(enforced("/permissions/advanced_features/priority_queue", flag()));
    fields.add(enforced("/permissions/data_access/log_requests", flag()));
    fields.add(enforced("/permissions/data_access/log_responses", flag()));
    fields.add(enforced("/permissions/data_access/export_data", flag()));
    fields.add(enforced("/permissions/data_access/delete_data", flag()));
    fields.add(enforced("/permissions/operations", wordSet("read", "write")));
    fields.add(later("/permissions/routing/allow_auto_routing", flag()));
    fields.add(enforced("/permissions/routing/allowed_providers", listOf(100, provider())));
    fields.add(enforced("/permissions/routing/force_provider", provider()));
    fields.add(later("/permissions/routing/fallback_allowed", flag()));
    fields.add(enforced("/permissions/require_approval", flag()));
    return fields;
  }

  private static List<Field> rateLimits() {
    return List.of(
        enforced("/rate_limits/requests/per_second", count()),
        enforced("/rate_limits/requests/per_minute", count()),
        enforced("/rate_limits/requests/per_hour", count()),
        enforced("/rate_limits/requests/per_day", count()),
        enforced("/rate_limits/requests/burst_size", count()),
        enforced("/rate_limits/tokens/input_per_minute", count()),
        enforced("/rate_limits/tokens/output_per_minute", count()),
        enforced("/rate_limits/tokens/total_per_day", count()),
        enforced("/rate_limits/costs/per_request_max", money()),
        enforced("/rate_limits/costs/per_hour_max", money()),
        enforced("/rate_limits/costs/per_day_max", money()),
        enforced("/rate_limits/costs/per_month_max", money()),
        enforced("/rate_limits/costs/alert_threshold", share()),
        enforced("/rate_limits/concurrency/max_parallel_requests", count()),
        enforced("/rate_limits/concurrency/max_queued_requests", count()),
        enforced(
            "/rate_limits/concurrency/max_queue_wait",
            duration(Duration.ofSeconds(1), MAX_QUEUE_WAIT)));
  }

  private static List<Field> security() {
    return List.of(
        enforced("/security/network_restrictions/ip_whitelist", networks()),
        enforced("/security/network_restrictions/ip_blacklist", deniedNetworks()),
        enforced("/security/network_restrictions/require_https", flag()),
        enforced("/security/network_restrictions/allowed_origins", origins()),
        enforced("/security/network_restrictions/blocked_countries", countries()),
        enforced("/security/network_restrictions/allowed_countries", countries()),
        enforced("/security/domain_restrictions/allowed_domains", domains()),
        enforced("/security/domain_restrictions/allowed_referrers", referrers()),
        enforced("/security/domain_restrictions/user_agent_pattern", UserAgents.pattern()),
        enforced("/security/authentication/require_signature", flag()),
        enforced("/security/authentication/signature_algorithm", oneOf("HMAC-SHA256")),
        enforced("/security/authentication/require_timestamp", flag()),
        enforced(
            "/security/authentication/max_timestamp_age",
            wholeNumber(1, MAX_TIMESTAMP_AGE_SECONDS)),
        enforced("/security/authentication/require_nonce", flag()),
        enforced("/security/audit/log_all_requests", flag()),
        enforced("/security/audit/log_failures", flag()),
        enforced("/security/audit/alert_on_suspicious", flag()),
        enforced("/security/audit/retention_days", wholeNumber(1, MAX_RETENTION_DAYS)));
  }
}
