package dev.tollgate.admin.access;

import dev.tollgate.admin.outbound.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the documents over a virtual key say of where it may be used from, applied to what it calls
 * for itself here. The gateway judges all of it; what cannot be judged here, such as a signature or
 * a country, is refused: a stolen key must not find an easier door.
 */
final class KeyRestrictions {
  private static final String NETWORK = "/security/network_restrictions/";
  private static final String DOMAIN = "/security/domain_restrictions/";

  /** Rules that nothing fulfills here, and the gateway's code for each. */
  private static final Map<String, String> NOT_JUDGED =
      Map.of(
          NETWORK + "allowed_countries",
          "country_not_allowed",
          NETWORK + "allowed_origins",
          "origin_not_allowed",
          DOMAIN + "allowed_domains",
          "domain_not_allowed",
          DOMAIN + "allowed_referrers",
          "referrer_not_allowed",
          DOMAIN + "user_agent_pattern",
          "user_agent_not_allowed");

  private KeyRestrictions() {}

  /**
   * Why a key is refused; empty: it is not.
   *
   * @param documents of the organization, the team, the projects and the key
   * @param address the peer's, as text
   * @param secure whether the connection is encrypted
   */
  static Optional<String> refusal(List<JsonNode> documents, String address, boolean secure) {
    return documents.stream()
        .map(document -> refusal(document, address, secure))
        .flatMap(Optional::stream)
        .sorted()
        .findFirst();
  }

  private static Optional<String> refusal(JsonNode document, String address, boolean secure) {
    JsonNode allowed = document.at(NETWORK + "ip_whitelist");
    JsonNode denied = document.at(NETWORK + "ip_blacklist");
    if ((isSaid(denied) && isIn(denied, address, true))
        || (isSaid(allowed) && !isIn(allowed, address, false))) {
      return Optional.of("ip_not_allowed");
    }
    if (!secure && isSaid(document.at(NETWORK + "require_https"))) {
      return Optional.of("https_required");
    }
    if (SignatureDemand.isIn(document)) {
      return Optional.of("signature_missing");
    }
    return NOT_JUDGED.entrySet().stream()
        .filter(rule -> isSaid(document.at(rule.getKey())))
        .map(Map.Entry::getValue)
        .sorted()
        .findFirst();
  }

  private static boolean isSaid(JsonNode value) {
    return value.isBoolean()
        ? value.booleanValue()
        : !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
  }

  /**
   * @param unknown what holds of something that is no address
   */
  private static boolean isIn(JsonNode networks, String address, boolean unknown) {
    try {
      InetAddress peer = InetAddress.ofLiteral(address);
      return networks.valueStream().anyMatch(network -> Cidr.of(network.asString()).contains(peer));
    } catch (IllegalArgumentException notAnAddress) {
      return unknown;
    }
  }
}
