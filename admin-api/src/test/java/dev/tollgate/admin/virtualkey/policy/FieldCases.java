package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.json;
import static dev.tollgate.admin.document.Documents.named;
import static java.util.Map.entry;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * For each field of the registry, by its path: a value that it takes, and where another is kept,
 * that one.
 */
final class FieldCases {
  /** What a value looks like, and as what it is kept. */
  record Case(String value, String kept) {}

  private static final Case FLAG = same("true");
  private static final Case COUNT = same("0");
  private static final Case MONEY = new Case("'10.50'", "10.5");

  private static final Set<String> NOT_OVERRIDDEN = Set.of("/permissions/inherit_from");

  private static final Map<String, Case> WITHOUT_OVERRIDES =
      Map.ofEntries(
          entry("/name", same("'Production app key'")),
          entry("/description", same("'for the app\\nof ours'")),
          entry("/type", same("'organization'")),
          entry("/scope/organization_id", same("'org_01'")),
          entry("/scope/projects", new Case("['prj_1','prj_2','prj_1']", "['prj_1','prj_2']")),
          entry("/scope/team_id", same("'team_1'")),
          entry("/environment", same("'staging'")),
          entry(
              "/expires_at",
              new Case("'2027-12-31t23:59:59.1234567+01:00'", "'2027-12-31T22:59:59.123456Z'")),
          entry("/metadata/*", same("'backend'")),
          entry(
              "/members",
              new Case(
                  "[{'user_id':'usr_1','role':'admin','can_manage_key':true},{'user_id':'usr_2'}]",
                  "[{'user_id':'usr_1','role':'admin','can_manage_key':true},"
                      + "{'user_id':'usr_2','role':'developer','can_manage_key':false}]")),
          entry("/permissions/models/allowed", same("['gpt-*','meta-llama/Llama-3:free']")),
          entry("/permissions/models/denied", same("[]")),
          entry("/permissions/models/limits/*/max_requests_per_day", COUNT),
          entry("/permissions/models/limits/*/max_tokens_per_request", COUNT),
          entry("/permissions/models/limits/*/max_cost_per_day", MONEY),
          entry("/permissions/features/chat_completion", FLAG),
          entry("/permissions/features/completions", FLAG),
          entry("/permissions/features/embeddings", FLAG),
          entry("/permissions/features/images", FLAG),
          entry("/permissions/features/audio", FLAG),
          entry("/permissions/features/moderations", FLAG),
          entry("/permissions/features/files", FLAG),
          entry("/permissions/features/realtime", FLAG),
          entry("/permissions/features/passthrough", FLAG),
          entry("/permissions/features/function_calling", FLAG),
          entry("/permissions/features/vision", FLAG),
          entry("/permissions/features/structured_outputs", FLAG),
          entry("/permissions/features/streaming", FLAG),
          entry("/permissions/features/web_search", FLAG),
          entry("/permissions/features/prompt_caching", FLAG),
          entry("/permissions/features/message_transforms", FLAG),
          entry("/permissions/advanced_features/zero_completion_insurance", FLAG),
          entry("/permissions/advanced_features/custom_presets", FLAG),
          entry("/permissions/advanced_features/batch_processing", FLAG),
          entry("/permissions/advanced_features/priority_queue", FLAG),
          entry("/permissions/data_access/log_requests", FLAG),
          entry("/permissions/data_access/log_responses", FLAG),
          entry("/permissions/data_access/export_data", FLAG),
          entry("/permissions/data_access/delete_data", FLAG),
          entry("/permissions/operations", new Case("['write','read']", "['read','write']")),
          entry("/permissions/routing/allow_auto_routing", FLAG),
          entry("/permissions/routing/allowed_providers", same("['openai']")),
          entry("/permissions/routing/force_provider", same("'openai'")),
          entry("/permissions/routing/fallback_allowed", FLAG),
          entry("/permissions/require_approval", FLAG),
          entry("/permissions/inherit_from", same("'team_default'")),
          entry("/rate_limits/requests/per_second", COUNT),
          entry("/rate_limits/requests/per_minute", COUNT),
          entry("/rate_limits/requests/per_hour", COUNT),
          entry("/rate_limits/requests/per_day", COUNT),
          entry("/rate_limits/requests/burst_size", COUNT),
          entry("/rate_limits/tokens/input_per_minute", COUNT),
          entry("/rate_limits/tokens/output_per_minute", COUNT),
          entry("/rate_limits/tokens/total_per_day", COUNT),
          entry("/rate_limits/costs/per_request_max", MONEY),
          entry("/rate_limits/costs/per_hour_max", MONEY),
          entry("/rate_limits/costs/per_day_max", MONEY),
          entry("/rate_limits/costs/per_month_max", MONEY),
          entry("/rate_limits/costs/alert_threshold", same("0.8")),
          entry("/rate_limits/concurrency/max_parallel_requests", COUNT),
          entry("/rate_limits/concurrency/max_queued_requests", COUNT),
          entry("/rate_limits/concurrency/max_queue_wait", new Case("'1m'", "60")),
          entry(
              "/security/network_restrictions/ip_whitelist",
              new Case(
                  "['203.0.113.7/24','2001:DB8:0::/32','::ffff:192.0.2.1']",
                  "['203.0.113.0/24','2001:db8::/32','192.0.2.1']")),
          entry("/security/network_restrictions/ip_blacklist", same("['192.0.2.0/24']")),
          entry("/security/network_restrictions/require_https", FLAG),
          entry(
              "/security/network_restrictions/allowed_origins",
              new Case(
                  "['https://*.Company.com:443','http://localhost:3000']",
                  "['https://*.company.com','http://localhost:3000']")),
          entry("/security/network_restrictions/blocked_countries", new Case("['xx']", "['XX']")),
          entry("/security/network_restrictions/allowed_countries", same("['DE','FR']")),
          entry(
              "/security/domain_restrictions/allowed_domains",
              new Case("['*.Company.com']", "['*.company.com']")),
          entry(
              "/security/domain_restrictions/allowed_referrers",
              same("['https://app.company.com/*']")),
          entry("/security/domain_restrictions/user_agent_pattern", same("'^App/\\\\d+'")),
          entry("/security/authentication/require_signature", FLAG),
          entry("/security/authentication/signature_algorithm", same("'HMAC-SHA256'")),
          entry("/security/authentication/require_timestamp", FLAG),
          entry("/security/authentication/max_timestamp_age", same("300")),
          entry("/security/authentication/require_nonce", FLAG),
          entry("/security/audit/log_all_requests", FLAG),
          entry("/security/audit/log_failures", FLAG),
          entry("/security/audit/alert_on_suspicious", FLAG),
          entry("/security/audit/retention_days", same("90")));

  /** What may be overridden is written there as it is in its own place. */
  static final Map<String, Case> ALL = withOverrides();

  private FieldCases() {}

  /** A document with a name and this value, and with what must stand beside the value. */
  static ObjectNode document(String path, String value) {
    ObjectNode document = named(place(path), json(value));
    if (path.equals("/rate_limits/requests/burst_size")) {
      document.withObject("/rate_limits/requests").put("per_second", 1);
    }
    if (path.startsWith("/rate_limits/concurrency/max_queue")) {
      document.withObject("/rate_limits/concurrency").put("max_parallel_requests", 1);
    }
    return document;
  }

  /** Where a document has the field. */
  static String place(String path) {
    return path.replace("/limits/*", "/limits/m");
  }

  private static Map<String, Case> withOverrides() {
    Map<String, Case> all = new HashMap<>(WITHOUT_OVERRIDES);
    WITHOUT_OVERRIDES.forEach((path, sample) -> {
      if (path.startsWith("/permissions/") && !NOT_OVERRIDDEN.contains(path)) {
        all.put(path.replaceFirst("/permissions", "/permissions/overrides"), sample);
      }
    });
    return Map.copyOf(all);
  }

  private static Case same(String value) {
    return new Case(value, value);
  }
}
