package dev.tollgate.benchmark.subject;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The policy document of the benchmark's key, in this one place: every restriction that is enforced
 * stands in it, and lets the benchmark's requests pass. Whoever makes a field enforced adds it
 * here, so that its cost is seen.
 *
 * <p>Left out: signatures, since the load would measure its own signing, and the keeping of bodies
 * and of a row of every request, which are off by default and write.
 */
public final class FullPolicy {

  private static final int GLOBS = 100;
  private static final int NETWORKS = 1_000;
  private static final int OTHERS = 10;

  private FullPolicy() {}

  /** The members beside name and scope, in their long forms. */
  public static Map<String, Object> members() {
    return Map.of(
        "permissions", permissions(), "security", security(), "rate_limits", rateLimits());
  }

  /** Never reached: a refused request costs less. */
  private static Map<String, Object> rateLimits() {
    return Map.of(
        "requests",
        Map.of(
            "per_second", 1_000_000,
            "burst_size", 2_000_000,
            "per_minute", 100_000_000,
            "per_hour", 1_000_000_000,
            "per_day", 10_000_000_000L),
        "tokens",
        Map.of(
            "input_per_minute", 10_000_000_000L,
            "output_per_minute", 10_000_000_000L,
            "total_per_day", 10_000_000_000_000L),
        "costs",
        Map.of(
            "per_request_max", 100,
            "per_hour_max", 1_000_000,
            "per_day_max", 10_000_000,
            "per_month_max", 100_000_000,
            "alert_threshold", 0.8),
        "concurrency",
        Map.of("max_parallel_requests", 100_000, "max_queued_requests", 1_000));
  }

  private static Map<String, Object> permissions() {
    return Map.of(
        "models",
        models(),
        "features",
        Map.of("chat_completion", true, "streaming", true, "vision", false, "web_search", false),
        "advanced_features",
        Map.of("batch_processing", false),
        "data_access",
        Map.of(
            "log_requests", false,
            "log_responses", false,
            "export_data", false,
            "delete_data", false),
        "operations",
        List.of("read", "write"),
        "routing",
        Map.of("allowed_providers", List.of("anthropic", "openai"), "force_provider", "openai"));
  }

  private static Map<String, Object> security() {
    return Map.of(
        "network_restrictions",
        Map.of(
            "ip_whitelist",
            Stream.concat(networks("10.%d.%d.0/24"), Stream.of("203.0.113.0/24")).toList(),
            "ip_blacklist",
            networks("172.%d.%d.0/25").toList(),
            "require_https",
            true,
            "blocked_countries",
            List.of("KP"),
            "allowed_origins",
            with("https://*.company.com", "https://www.other-%d.example")),
        "domain_restrictions",
        Map.of(
            "allowed_domains",
            with("*.company.com", "other-%d.example"),
            "allowed_referrers",
            with("https://app.company.com/*", "https://www.other-%d.example/*"),
            "user_agent_pattern",
            "^OpenAI/[A-Za-z]+ \\d+\\.\\d+"),
        "audit",
        Map.of(
            "log_all_requests",
            false,
            "log_failures",
            true,
            "alert_on_suspicious",
            true,
            "retention_days",
            90));
  }

  /** The one that matches stands last. */
  private static Map<String, Object> models() {
    return Map.of(
        "limits",
        Map.of(
            "gpt-4o-mini",
            Map.of(
                "max_requests_per_day", 10_000_000_000L,
                "max_tokens_per_request", 1_000_000,
                "max_cost_per_day", 1_000_000)),
        "allowed",
        Stream.concat(globs("other-model-%d-*", GLOBS - 1), Stream.of("gpt-4*-mini")).toList(),
        "denied",
        globs("forbidden-model-%d*", GLOBS).toList());
  }

  /** Half of the thousand that stand in both lists together. */
  private static Stream<String> networks(String format) {
    return IntStream.range(0, NETWORKS / 2).mapToObj(i -> format.formatted(16 + i % 16, i / 16));
  }

  private static List<String> with(String matching, String other) {
    return Stream.concat(globs(other, OTHERS - 1), Stream.of(matching)).toList();
  }

  private static Stream<String> globs(String format, int count) {
    return IntStream.range(0, count).mapToObj(format::formatted);
  }
}
