package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.network.Cidr;
import dev.tollgate.gateway.network.CidrSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From which networks, countries and web origins one policy document lets requests in: {@code
 * security.network_restrictions} of the key policy, compiled. Denied wins.
 */
public final class NetworkRules {

  private static final Rejection IP =
      Rejection.of(ErrorCode.IP_NOT_ALLOWED, "The key may not be used from this address.");
  private static final Rejection COUNTRY =
      Rejection.of(ErrorCode.COUNTRY_NOT_ALLOWED, "The key may not be used from this country.");
  private static final Rejection HTTPS =
      Rejection.of(ErrorCode.HTTPS_REQUIRED, "The key may be used over HTTPS only.");
  private static final Rejection ORIGIN =
      Rejection.of(ErrorCode.ORIGIN_NOT_ALLOWED, "The key may not be used from this web origin.");

  private final @Nullable CidrSet allowed;
  private final CidrSet denied;
  private final boolean requiresHttps;
  private final @Nullable WebOrigins origins;
  private final Set<String> allowedCountries;
  private final Set<String> blockedCountries;

  private NetworkRules(PolicyNode rules) {
    List<Cidr> allowlist = rules.texts("ip_whitelist", Cidr::of);
    this.allowed = allowlist == null ? null : CidrSet.of(allowlist);
    List<Cidr> blocklist = rules.texts("ip_blacklist", Cidr::of);
    this.denied = CidrSet.of(blocklist == null ? List.of() : blocklist);
    this.requiresHttps = rules.isTrue("require_https");
    List<WebOrigin> patterns = rules.texts("allowed_origins", WebOrigin::pattern);
    this.origins = patterns == null ? null : WebOrigins.of(patterns);
    this.allowedCountries = countries(rules, "allowed_countries");
    this.blockedCountries = countries(rules, "blocked_countries");
  }

  static NetworkRules of(PolicyNode rules) {
    return new NetworkRules(rules);
  }

  /** An empty list of countries says nothing. */
  private static Set<String> countries(PolicyNode rules, String name) {
    List<String> codes = rules.texts(name);
    return codes == null ? Set.of() : Set.copyOf(codes);
  }

  /** Whether the country of an address matters. */
  public boolean nameCountries() {
    return !allowedCountries.isEmpty() || !blockedCountries.isEmpty();
  }

  /** Why a request from there is refused; null if it is not. */
  @Nullable Rejection refusal(RequestOrigin request) {
    if (denied.contains(request.address())
        || (allowed != null && !allowed.contains(request.address()))) {
      return IP;
    }
    if (isInTheWrongCountry(request.country())) {
      return COUNTRY;
    }
    if (requiresHttps && !request.https()) {
      return HTTPS;
    }
    return origins == null || origins.contain(request.origin()) ? null : ORIGIN;
  }

  /** Unknown, it is none of the allowed ones and none of the blocked ones. */
  private boolean isInTheWrongCountry(@Nullable String country) {
    if (country == null) {
      return !allowedCountries.isEmpty();
    }
    return blockedCountries.contains(country)
        || (!allowedCountries.isEmpty() && !allowedCountries.contains(country));
  }
}
