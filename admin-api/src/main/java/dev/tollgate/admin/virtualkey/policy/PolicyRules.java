package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.TextRules.canonical;
import static dev.tollgate.admin.document.TextRules.matching;
import static dev.tollgate.admin.document.ValueRules.line;
import static dev.tollgate.admin.document.ValueRules.listOf;
import static dev.tollgate.admin.document.ValueRules.oneOf;
import static dev.tollgate.admin.document.ValueRules.someOf;

import dev.tollgate.admin.document.ValueRule;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/**
 * The rules for where a request may come from and go to. What is kept is what the gateway compares
 * with: each value has one form.
 *
 * <p>An allow list must have an entry: without one, "none" and "no limit" could both be meant. Null
 * takes a list away. Only a deny list and lists of countries may be empty, which says nothing.
 */
final class PolicyRules {
  private static final int MAX_NETWORKS = 10_000;
  private static final int MAX_PATTERNS = 500;

  /** AA, QM to QZ, XA to XZ and ZZ: given to nobody, so that databases use them, such as XK. */
  private static final Pattern USER_ASSIGNED = Pattern.compile("AA|Q[M-Z]|X[A-Z]|ZZ");

  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
  private static final Pattern TWO_LETTERS = Pattern.compile("[A-Za-z]{2}");
  private static final int MAX_COUNTRIES = 300;

  /**
   * Scheme and port may be missing. Of the host no user's name may stand before it; the path is
   * printable ASCII without what no URL has unescaped, in which a question mark stands for itself.
   */
  private static final Pattern REFERRER =
      Pattern.compile(
          "(?:(?:[hH][tT][tT][pP][sS]?|\\*)://)?"
              + "(?:[A-Za-z0-9._*-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::(?:[0-9]{1,5}|\\*))?"
              + "(?:[/?][!-~&&[^\"<>\\\\^`{|}#]]{0,1024})?");

  private static final Pattern PROVIDER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private PolicyRules() {}

  /**
   * 1 to 10,000 networks or single addresses, IPv4 or IPv6. Bits behind a prefix are cut off:
   * {@code 203.0.113.7/24} is kept as {@code 203.0.113.0/24}.
   */
  static ValueRule networks() {
    return someOf(
        MAX_NETWORKS,
        canonical(
            text -> Network.parse(text).map(Network::toString),
            "must be an address or a network such as 203.0.113.0/24 or 2001:db8::/32"));
  }

  /** The same as a deny list: an empty one says nothing. */
  static ValueRule deniedNetworks() {
    return emptySaysNothing(networks());
  }

  /**
   * Countries by their ISO 3166-1 alpha-2 codes, kept in upper case; an empty list says nothing.
   */
  static ValueRule countries() {
    return emptySaysNothing(
        listOf(
            MAX_COUNTRIES,
            canonical(PolicyRules::country, "must be an ISO 3166-1 alpha-2 code such as DE")));
  }

  private static ValueRule emptySaysNothing(ValueRule list) {
    return (value, at) ->
        value.isArray() && value.isEmpty() ? NullNode.getInstance() : list.read(value, at);
  }

  private static Optional<String> country(String text) {
    // letters of ASCII only: ß in upper case is the code of South Sudan
    String code = TWO_LETTERS.matcher(text).matches() ? text.toUpperCase(Locale.ROOT) : "";
    return COUNTRIES.contains(code) || USER_ASSIGNED.matcher(code).matches()
        ? Optional.of(code)
        : Optional.empty();
  }

  /** 1 to 500 web origins; {@code https://*.company.com} stands for those of all subdomains. */
  static ValueRule origins() {
    return someOf(
        MAX_PATTERNS,
        canonical(
            text -> Origin.parse(text).map(Origin::toString),
            "must be an origin such as https://app.company.com or https://*.company.com:8443"));
  }

  /** 1 to 500 hosts; {@code *.company.com} stands for all subdomains and not for itself. */
  static ValueRule domains() {
    return someOf(
        MAX_PATTERNS,
        canonical(
            WebHost::canonicalPattern, "must be a host such as app.company.com or *.company.com"));
  }

  /**
   * 1 to 500 patterns of pages: {@code *} stands for any text of the path, and in the host for
   * subdomains or a part of one label.
   */
  static ValueRule referrers() {
    return someOf(
        MAX_PATTERNS,
        canonical(
            matching(REFERRER),
            "must be a page such as https://app.company.com/*; * is the only wildcard"));
  }

  /**
   * A provider: a kind of the catalogue, such as {@code openai}, which stands for every service of
   * this kind, or the name of one service. Case-sensitive. Whether there is one is not asked: a
   * service may be named before it is made.
   */
  static ValueRule provider() {
    return canonical(
        matching(PROVIDER),
        "must be a provider kind or the name of a service: 1 to 64 of A-Z a-z 0-9 _ . -");
  }

  /** A template's name. None looks like an id, so that a key may name a template by either. */
  static ValueRule templateName(int maxLength) {
    ValueRule line = line(maxLength);
    return (value, at) ->
        value.asString("").startsWith("tpl_")
            ? at.wrongValue("must not look like an id")
            : line.read(value, at);
  }

  /** Some of a closed list of words, none of them too; kept in the order of the alphabet. */
  static ValueRule wordSet(String... words) {
    ValueRule list = listOf(words.length, oneOf(words));
    return (value, at) -> {
      JsonNode read = list.read(value, at);
      return JsonNodeFactory.instance
          .arrayNode()
          .addAll(read.valueStream().sorted(Comparator.comparing(JsonNode::asString)).toList());
    };
  }
}
