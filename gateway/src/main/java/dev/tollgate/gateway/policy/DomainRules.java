package dev.tollgate.gateway.policy;

import com.google.re2j.Pattern;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which sites, pages and client programs one policy document lets requests in: {@code
 * security.domain_restrictions} of the key policy, compiled. All that is asked for by headers, so a
 * program that is not a browser can claim what it likes.
 */
public final class DomainRules {

  /** A pattern costs its size for every character. */
  private static final int LONGEST_USER_AGENT = 1024;

  private static final Rejection DOMAIN =
      Rejection.of(ErrorCode.DOMAIN_NOT_ALLOWED, "The key may not be used from this site.");
  private static final Rejection REFERRER =
      Rejection.of(ErrorCode.REFERRER_NOT_ALLOWED, "The key may not be used from this page.");
  private static final Rejection USER_AGENT =
      Rejection.of(ErrorCode.USER_AGENT_NOT_ALLOWED, "The key may not be used by this client.");

  private final @Nullable HostPatterns domains;
  private final @Nullable List<RefererPattern> referrers;
  private final @Nullable LastVerdict userAgent;

  private DomainRules(PolicyNode rules) {
    List<String> hosts = rules.texts("allowed_domains");
    this.domains = hosts == null ? null : HostPatterns.of(hosts);
    this.referrers = rules.texts("allowed_referrers", RefererPattern::of);
    Pattern pattern = rules.text("user_agent_pattern", Pattern::compile);
    this.userAgent =
        pattern == null ? null : new LastVerdict(client -> pattern.matcher(client).find());
  }

  static DomainRules of(PolicyNode rules) {
    return new DomainRules(rules);
  }

  /** Why a request with these headers is refused; null if it is not. */
  @Nullable Rejection refusal(RequestOrigin request) {
    if (domains != null && !isFrom(domains, request)) {
      return DOMAIN;
    }
    if (referrers != null && !isFrom(referrers, request.referer())) {
      return REFERRER;
    }
    return userAgent == null || isBy(userAgent, request.userAgent()) ? null : USER_AGENT;
  }

  private static boolean isFrom(HostPatterns domains, RequestOrigin request) {
    String host = host(request);
    return host != null && domains.match(host);
  }

  /** Of the origin, if one is there, readable or not; else of the page. */
  private static @Nullable String host(RequestOrigin request) {
    if (request.origin() != null) {
      WebOrigin origin = WebOrigin.parse(request.origin());
      return origin == null ? null : origin.host();
    }
    RefererUrl page = request.referer() == null ? null : RefererUrl.parse(request.referer());
    return page == null ? null : page.origin().host();
  }

  private static boolean isFrom(List<RefererPattern> patterns, @Nullable String referer) {
    RefererUrl page = referer == null ? null : RefererUrl.parse(referer);
    return page != null && patterns.stream().anyMatch(pattern -> pattern.matches(page));
  }

  private static boolean isBy(LastVerdict pattern, @Nullable String client) {
    return client != null
        && !client.isEmpty()
        && client.length() <= LONGEST_USER_AGENT
        && pattern.passes(client);
  }
}
