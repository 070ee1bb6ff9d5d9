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

  private final @Nullable Domains domains;
  private final @Nullable LastVerdict referrers;
  private final @Nullable LastVerdict userAgent;

  private DomainRules(PolicyNode rules) {
    List<String> hosts = rules.texts("allowed_domains");
    this.domains = hosts == null ? null : new Domains(HostPatterns.of(hosts));
    List<RefererPattern> pages = rules.texts("allowed_referrers", RefererPattern::of);
    this.referrers = pages == null ? null : new LastVerdict(referer -> matchesAny(pages, referer));
    Pattern pattern = rules.text("user_agent_pattern", Pattern::compile);
    this.userAgent =
        pattern == null ? null : new LastVerdict(client -> pattern.matcher(client).find());
  }

  static DomainRules of(PolicyNode rules) {
    return new DomainRules(rules);
  }

  /** Why a request with these headers is refused; null if it is not. */
  @Nullable Rejection refusal(RequestOrigin request) {
    if (domains != null && !domains.hold(request)) {
      return DOMAIN;
    }
    if (referrers != null && !isFrom(referrers, request.referer())) {
      return REFERRER;
    }
    return userAgent == null || isBy(userAgent, request.userAgent()) ? null : USER_AGENT;
  }

  /** The hosts that a request may come from: a page's scripts send the same origin each time. */
  private static final class Domains {

    private final HostPatterns hosts;
    private final LastVerdict origins = new LastVerdict(this::holdOrigin);
    private final LastVerdict pages = new LastVerdict(this::holdPage);

    Domains(HostPatterns hosts) {
      this.hosts = hosts;
    }

    /** By the origin, if one is there, readable or not; else by the page. */
    boolean hold(RequestOrigin request) {
      if (request.origin() != null) {
        return origins.passes(request.origin());
      }
      return request.referer() != null && pages.passes(request.referer());
    }

    private boolean holdOrigin(String text) {
      WebOrigin origin = WebOrigin.parse(text);
      return origin != null && hosts.match(origin.host());
    }

    private boolean holdPage(String referer) {
      RefererUrl page = RefererUrl.parse(referer);
      return page != null && hosts.match(page.origin().host());
    }
  }

  private static boolean isFrom(LastVerdict patterns, @Nullable String referer) {
    return referer != null && patterns.passes(referer);
  }

  private static boolean matchesAny(List<RefererPattern> patterns, String referer) {
    RefererUrl page = RefererUrl.parse(referer);
    if (page == null) {
      return false;
    }
    for (RefererPattern pattern : patterns) {
      if (pattern.matches(page)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBy(LastVerdict pattern, @Nullable String client) {
    return client != null
        && !client.isEmpty()
        && client.length() <= LONGEST_USER_AGENT
        && pattern.passes(client);
  }
}
