package dev.tollgate.admin.virtualkey.policy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a change may let through what was not let through before. Only what surely narrows, and
 * what means nothing to the gateway, is taken for no widening; all else is, whatever it is.
 */
public final class Widening {
  private static final Set<String> OWN =
      Set.of("type", "scope", "environment", "expires_at", "members");
  private static final Set<String> SWITCHES_OFF =
      Set.of(
          "/permissions/features/", "/permissions/advanced_features/", "/permissions/data_access/");
  private static final Set<String> SWITCHES_ON =
      Set.of(
          "/permissions/require_approval",
          "/security/network_restrictions/require_https",
          "/security/authentication/require_signature",
          "/security/authentication/require_timestamp",
          "/security/authentication/require_nonce");
  private static final Set<String> DENIALS =
      Set.of(
          "/permissions/models/denied",
          "/security/network_restrictions/ip_blacklist",
          "/security/network_restrictions/blocked_countries");
  private static final Set<String> PERMISSIONS =
      Set.of(
          "/permissions/models/allowed",
          "/permissions/operations",
          "/permissions/routing/allowed_providers",
          "/security/network_restrictions/ip_whitelist",
          "/security/network_restrictions/allowed_origins",
          "/security/network_restrictions/allowed_countries",
          "/security/domain_restrictions/allowed_domains",
          "/security/domain_restrictions/allowed_referrers");
  private static final Set<String> LIMITS =
      Set.of(
          "/rate_limits/requests/per_",
          "/rate_limits/tokens/",
          "/rate_limits/costs/per_",
          "/rate_limits/costs/alert_threshold",
          "/permissions/models/limits/",
          "/rate_limits/concurrency/max_parallel_requests");

  /** What lets something through that the limit beside it would not. */
  private static final Set<String> ALLOWANCES =
      Set.of(
          "/rate_limits/requests/burst_size",
          "/rate_limits/concurrency/max_queued_requests",
          "/rate_limits/concurrency/max_queue_wait");

  private Widening() {}

  /** A key's document and what holds for it with what it inherits. */
  public record Whole(PolicyDocument document, ObjectNode effective) {

    private Map<String, JsonNode> values() {
      ObjectNode whole = document.toJson().retain(OWN);
      whole.setAll(effective);
      return values(whole);
    }

    private static Map<String, JsonNode> values(ObjectNode document) {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      collect(document, "", values);
      return values;
    }

    private static void collect(ObjectNode block, String path, Map<String, JsonNode> values) {
      block.forEachEntry((name, value) -> {
        if (value instanceof ObjectNode inner) {
          collect(inner, path + "/" + name, values);
        } else {
          values.put(path + "/" + name, value);
        }
      });
    }
  }

  public static boolean isWider(Whole before, Whole after) {
    return isWider(before.values(), after.values());
  }

  /** The same of a key whose own document stays as it is, by what holds for it with the rest. */
  public static boolean isWider(ObjectNode before, ObjectNode after) {
    return isWider(Whole.values(before), Whole.values(after));
  }

  private static boolean isWider(Map<String, JsonNode> old, Map<String, JsonNode> changed) {
    Set<String> paths = new LinkedHashSet<>(old.keySet());
    paths.addAll(changed.keySet());
    return paths.stream().anyMatch(path -> isWider(path, old.get(path), changed.get(path)));
  }

  private static boolean isWider(String path, @Nullable JsonNode old, @Nullable JsonNode changed) {
    if (changed != null && changed.equals(old)) {
      return false;
    }
    if (path.equals("/members")) {
      return changed != null && (old == null || !items(old).containsAll(items(changed)));
    }
    if (path.equals(PolicyLevels.MAX_AGE)) {
      return maxAge(changed).compareTo(maxAge(old)) > 0;
    }
    return changed == null || !narrows(path, old, changed);
  }

  private static boolean narrows(String path, @Nullable JsonNode old, JsonNode changed) {
    if (path.equals("/expires_at")) {
      return old == null || instant(changed).isBefore(instant(old));
    }
    if (startsWithOneOf(path, SWITCHES_OFF)) {
      return changed.isBoolean() && !changed.booleanValue();
    }
    if (SWITCHES_ON.contains(path)) {
      return changed.isBoolean() && changed.booleanValue();
    }
    if (DENIALS.contains(path)) {
      return old == null || items(changed).containsAll(items(old));
    }
    if (PERMISSIONS.contains(path)) {
      return !changed.isEmpty() && (old == null || items(old).containsAll(items(changed)));
    }
    if (ALLOWANCES.contains(path)) {
      return old != null && isNoMore(old, changed);
    }
    return startsWithOneOf(path, LIMITS) && (old == null || isNoMore(old, changed));
  }

  private static boolean isNoMore(JsonNode old, JsonNode changed) {
    return changed.isNumber() && changed.decimalValue().compareTo(old.decimalValue()) <= 0;
  }

  // without one, the gateway holds timestamps to its default
  private static BigDecimal maxAge(@Nullable JsonNode seconds) {
    return seconds == null
        ? BigDecimal.valueOf(PolicyLevels.DEFAULT_AGE_SECONDS)
        : seconds.decimalValue();
  }

  private static boolean startsWithOneOf(String path, Set<String> prefixes) {
    return prefixes.stream().anyMatch(path::startsWith);
  }

  private static Set<JsonNode> items(JsonNode list) {
    return new LinkedHashSet<>(list.valueStream().toList());
  }

  private static Instant instant(JsonNode time) {
    return Instant.parse(time.stringValue());
  }
}
