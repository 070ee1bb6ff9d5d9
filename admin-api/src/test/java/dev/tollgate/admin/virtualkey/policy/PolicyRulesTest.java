package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.NOW;
import static dev.tollgate.admin.document.Documents.accepted;
import static dev.tollgate.admin.document.Documents.errors;
import static dev.tollgate.admin.document.Documents.found;
import static dev.tollgate.admin.document.Documents.json;
import static dev.tollgate.admin.document.Documents.named;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The values of single fields, whether they are enforced yet or not. */
class PolicyRulesTest {
  private static final String NETWORK = "/security/network_restrictions/";
  private static final String DOMAIN = "/security/domain_restrictions/";
  private static final DocumentReader READER =
      new DocumentReader(PolicyFields.KEY_POLICY, field -> true);

  private static Reading read(String path, JsonNode value) {
    return READER.read(named(path, value), NOW);
  }

  /** What a list of one is kept as; the code of what is wrong with it. */
  private static String kept(String path, String entry) {
    Reading reading = read(path, JsonNodeFactory.instance.arrayNode().add(entry));
    return switch (reading) {
      case Reading.Accepted(ObjectNode document) -> document.at(path + "/0").asString();
      case Reading.Refused _ -> {
        assertThat(found(reading)).containsExactly(path + "/0 invalid_value");
        yield "refused";
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "10.1.2.3/8, 10.0.0.0/8",
    "10.1.2.3, 10.1.2.3",
    "10.1.2.3/32, 10.1.2.3",
    "0.0.0.0/0, 0.0.0.0/0",
    "::/0, ::/0",
    "2001:0DB8:0:0::1/32, 2001:db8::/32",
    "2001:db8::1, 2001:db8::1",
    "2001:db8::1/128, 2001:db8::1",
    "::1, ::1",
    "::ffff:10.1.2.3, 10.1.2.3",
    "::ffff:a01:203, 10.1.2.3",
    "::ffff:10.1.2.3/104, 10.0.0.0/8",
    "10.0.0.0/33, refused",
    "10.0.0.0/-1, refused",
    "10.0.0.0/08, refused",
    "10.0.0.0/, refused",
    "2001:db8::/129, refused",
    "10.0.0, refused",
    "10, refused",
    "010.0.0.1, refused",
    "::ffff:010.0.0.1, refused",
    "256.0.0.1, refused",
    "fe80::1%eth0, refused",
    "[::1], refused",
    "localhost, refused",
    "1:2:3, refused",
    "'10.0.0.0/8 ', refused",
    "'', refused",
  })
  void keepsANetworkInItsOneForm(String written, String expected) {
    assertThat(kept(NETWORK + "ip_whitelist", written)).isEqualTo(expected);
    assertThat(kept(NETWORK + "ip_blacklist", written)).isEqualTo(expected);
  }

  @Test
  void takesTenThousandNetworksAndNotOneMore() {
    ArrayNode networks = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 10_000; i++) {
      networks.add("10.%d.%d.0/24".formatted(i / 256, i % 256));
    }
    String path = NETWORK + "ip_whitelist";
    assertThat(accepted(read(path, networks)).at(path)).hasSize(10_000);
    networks.add("192.0.2.1");
    assertThat(found(read(path, networks))).containsExactly(path + " invalid_value");
  }

  @ParameterizedTest
  @CsvSource({
    "de, DE",
    "DE, DE",
    "xk, XK",
    "XX, XX",
    "UK, refused",
    "D, refused",
    "DEU, refused",
    "ß, refused",
    "ıo, refused",
    "'', refused"
  })
  void takesCountriesByTheirTwoLetters(String written, String expected) {
    assertThat(kept(NETWORK + "allowed_countries", written)).isEqualTo(expected);
    assertThat(kept(NETWORK + "blocked_countries", written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.company.com, https://app.company.com",
    "HTTPS://App.Company.COM, https://app.company.com",
    "https://*.company.com, https://*.company.com",
    "https://company.com:443, https://company.com",
    "https://company.com:8443, https://company.com:8443",
    "http://company.com:80, http://company.com",
    "http://company.com:443, http://company.com:443",
    "http://localhost:3000, http://localhost:3000",
    "http://[::1]:3000, http://[::1]:3000",
    "http://[0::1], http://[::1]",
    "chrome-extension://abcdefgh, chrome-extension://abcdefgh",
    "https://company.com/, refused",
    "https://company.com/a, refused",
    "https://company.com:, refused",
    "https://company.com:0, refused",
    "https://company.com:65536, refused",
    "https://*, refused",
    "https://*company.com, refused",
    "https://a.*.com, refused",
    "https://*.*.com, refused",
    "https://user@company.com, refused",
    "https://-company.com, refused",
    "https://company..com, refused",
    "https://company.com., refused",
    "https://[10.0.0.1], refused",
    "https://[::/0], refused",
    "company.com, refused",
    "null, refused",
    "*, refused",
  })
  void keepsAnOriginAsBrowsersSendIt(String written, String expected) {
    assertThat(kept(NETWORK + "allowed_origins", written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "company.com, company.com",
    "*.Company.com, *.company.com",
    "localhost, localhost",
    "10.0.0.1, 10.0.0.1",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "bücher.example, refused",
    "https://company.com, refused",
    "company.com:443, refused",
    "*, refused",
    "*., refused",
    "*.com*, refused",
    "a.*.com, refused",
    "'', refused",
  })
  void keepsADomainInLowerCase(String written, String expected) {
    assertThat(kept(DOMAIN + "allowed_domains", written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.company.com/*, https://app.company.com/*",
    "https://app.company.com/?a=b, https://app.company.com/?a=b",
    "https://*.company.com/*, https://*.company.com/*",
    "app.company.com/*, app.company.com/*",
    "*, *",
    "https://app.company.com/a b, refused",
    "https://user@company.com/*, refused",
    "ftp://company.com/*, refused",
    "'', refused",
  })
  void takesPatternsOfReferrers(String written, String expected) {
    assertThat(kept(DOMAIN + "allowed_referrers", written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NETWORK + "ip_whitelist",
        NETWORK + "allowed_origins",
        DOMAIN + "allowed_domains",
        DOMAIN + "allowed_referrers",
        "/restrictions/ip_whitelist",
        "/restrictions/user_agents"
      })
  void asksForAnEntryWhereNoneCouldMeanTwoThings(String path) {
    assertThat(found(read(path, json("[]")))).containsExactly(path + " invalid_value");
  }

  @ParameterizedTest
  @CsvSource({"allowed_countries,DE", "blocked_countries,DE", "ip_blacklist,10.0.0.1"})
  void keepsNothingOfAnEmptyListThatSaysNothing(String field, String entry) {
    ObjectNode body = named(NETWORK + field, json("[]"));
    assertThat(accepted(READER.read(body, NOW))).isEqualTo(json("{'name':'k'}"));
    ObjectNode current = named(NETWORK + field, json("['" + entry + "']"));
    assertThat(accepted(READER.patch(current, body, NOW))).isEqualTo(json("{'name':'k'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^YourApp/\\d+\\.\\d+",
        "(?i)curl|wget",
        "[a-z]{1,32}/\\d{1,5}",
        "\\pL+",
        "^App [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "((x{10}){10}){10}",
        "[]{1000}[:alpha:]]{100}[^\\]x{9}]{100}",
        "\\x{1F600}\\p{Greek}{3}\\Q(x{1000}\\E",
        "x{,99}{99}"
      })
  void takesExpressionsOfLinearTime(String pattern) {
    String path = DOMAIN + "user_agent_pattern";
    assertThat(accepted(read(path, JsonNodeFactory.instance.stringNode(pattern))).at(path))
        .isEqualTo(JsonNodeFactory.instance.stringNode(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "(",
        "a(?=b)",
        "(a)\\1",
        "(?<!a)b",
        "x{1001}",
        "((((x{100}){100}){100}){100})",
        "(x{99}){99}",
        "(x{99}){1,99}",
        "[]x](?:x{99}){99}",
        "\\Q(\\E(?:x{99}){99}",
        "a\u0000b"
      })
  void refusesWhatIsNoSmallExpression(String pattern) {
    String path = DOMAIN + "user_agent_pattern";
    assertThat(found(read(path, JsonNodeFactory.instance.stringNode(pattern))))
        .containsExactly(path + " invalid_value");
  }

  @Test
  void refusesExpressionsThatAreLongDeepOrLarge() {
    String path = DOMAIN + "user_agent_pattern";
    for (String pattern :
        new String[] {
          "x".repeat(4_097),
          "(".repeat(2_000) + ")".repeat(2_000),
          "(?:abcdefghij){600}",
          "x{1000}".repeat(6),
          "(?:" + "x".repeat(4_000) + "){1000}",
        }) {
      assertThat(found(read(path, JsonNodeFactory.instance.stringNode(pattern))))
          .containsExactly(path + " invalid_value");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "App/1.0 (x), true",
    "App/1x0, false",
    "My App/1., false",
    "Mozilla/5.0 (X11) Chrome/1, true",
    "Mozilla/5.0 (X11) Safari/1, false",
    "chrome Mozilla/5.0 Chrome, false",
  })
  void findsWhatBeginsWithOneOfTheUserAgents(String userAgent, boolean expected) {
    JsonNode prefixes = json("['App/1.*','Mozilla/* Chrome']");
    String pattern =
        accepted(read("/restrictions/user_agents", prefixes))
            .at(DOMAIN + "user_agent_pattern")
            .asString();
    assertThat(Pattern.compile(pattern).matcher(userAgent).find()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'App/*' | /restrictions/user_agents invalid_type
          [7]     | /restrictions/user_agents/0 invalid_type
          {}      | /restrictions/user_agents invalid_type
          """,
      quoteCharacter = '^')
  void takesUserAgentsAsAListOfTextsOnly(String value, String expected) {
    assertThat(found(read("/restrictions/user_agents", json(value)))).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /security/authentication/max_timestamp_age   | 0      | invalid_value
          /security/authentication/max_timestamp_age   | 1      | 1
          /security/authentication/max_timestamp_age   | 86400  | 86400
          /security/authentication/max_timestamp_age   | 86401  | invalid_value
          /security/authentication/max_timestamp_age   | '5m'   | invalid_type
          /security/authentication/signature_algorithm | 'none' | invalid_value
          /security/audit/retention_days               | 0      | invalid_value
          /security/audit/retention_days               | 3650   | 3650
          /security/audit/retention_days               | 3651   | invalid_value
          /permissions/operations                      | []     | []
          /permissions/operations                      | ['read','read'] | ["read"]
          /permissions/operations                      | ['write','read'] | ["read","write"]
          /permissions/operations                      | 'read' | invalid_type
          /permissions/routing/force_provider          | 'a b'  | invalid_value
          /permissions/routing/allowed_providers       | []     | []
          """,
      quoteCharacter = '^')
  void boundsTheRest(String path, String value, String expected) {
    Reading reading = read(path, json(value));
    String result =
        switch (reading) {
          case Reading.Accepted(ObjectNode document) -> document.at(path).toString();
          case Reading.Refused _ -> errors(reading).getFirst().code();
        };
    assertThat(result).isEqualTo(expected);
  }
}
