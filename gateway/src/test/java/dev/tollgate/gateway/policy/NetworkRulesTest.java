package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.PolicyDocuments.UnknownRestrictionException;
import dev.tollgate.gateway.support.TestPolicies;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkRulesTest {

  private static String outcome(String rules, RequestOrigin request) {
    return outcome(
        AppliedPolicies.of(
            List.of(CompiledPolicy.UNRESTRICTED),
            List.of(TestPolicies.document("{'security':{'network_restrictions':" + rules + "}}"))),
        request);
  }

  private static String outcome(AppliedPolicies policies, RequestOrigin request) {
    Rejection refusal = NetworkAccess.refusal(policies, request);
    return refusal == null ? "allowed" : refusal.code().code();
  }

  private static RequestOrigin from(String address) {
    return new RequestOrigin(InetAddress.ofLiteral(address), false, null, null, null, null);
  }

  private static RequestOrigin origin(@Nullable String origin) {
    return new RequestOrigin(InetAddress.ofLiteral("192.0.2.1"), true, null, origin, null, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {}                                                                    | 203.0.113.7        | allowed
          {'ip_whitelist':['203.0.113.0/24']}                                   | 203.0.113.7        | allowed
          {'ip_whitelist':['203.0.113.0/24']}                                   | 203.0.112.255      | ip_not_allowed
          {'ip_whitelist':['203.0.113.0/24']}                                   | 2001:db8::1        | ip_not_allowed
          {'ip_whitelist':['203.0.113.7']}                                      | 203.0.113.7        | allowed
          {'ip_whitelist':['2001:db8::/32']}                                    | 2001:db8:ffff::1   | allowed
          {'ip_whitelist':['2001:db8::/32']}                                    | 2001:db9::1        | ip_not_allowed
          {'ip_whitelist':['203.0.113.0/24']}                                   | ::ffff:203.0.113.7 | allowed
          {'ip_whitelist':['::ffff:203.0.113.0/120']}                           | 203.0.113.7        | allowed
          {'ip_whitelist':['::/0']}                                             | 203.0.113.7        | ip_not_allowed
          {'ip_whitelist':[]}                                                   | 203.0.113.7        | ip_not_allowed
          {'ip_blacklist':['192.0.2.0/24']}                                     | 192.0.2.9          | ip_not_allowed
          {'ip_blacklist':['192.0.2.0/24']}                                     | 192.0.3.9          | allowed
          {'ip_blacklist':['192.0.2.0/24']}                                     | ::ffff:192.0.2.9   | ip_not_allowed
          {'ip_blacklist':['::ffff:192.0.2.0/120']}                             | 192.0.2.9          | ip_not_allowed
          {'ip_whitelist':['203.0.113.0/24'],'ip_blacklist':['203.0.113.7']}    | 203.0.113.7        | ip_not_allowed
          {'ip_whitelist':['203.0.113.7'],'ip_blacklist':['203.0.113.0/24']}    | 203.0.113.7        | ip_not_allowed
          {'ip_whitelist':['203.0.113.0/24'],'ip_blacklist':['203.0.113.7']}    | 203.0.113.8        | allowed
          {'ip_blacklist':['0.0.0.0/0','::/0']}                                 | 2001:db8::1        | ip_not_allowed
          """)
  void judgesAddresses(String rules, String address, String expected) {
    assertThat(outcome(rules, from(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'allowed_countries':['DE','FR']}                            | DE | allowed
          {'allowed_countries':['DE','FR']}                            | US | country_not_allowed
          {'allowed_countries':['DE','FR']}                            |    | country_not_allowed
          {'allowed_countries':[]}                                     |    | allowed
          {'blocked_countries':['DE','FR']}                            | DE | country_not_allowed
          {'blocked_countries':['DE','FR']}                            | US | allowed
          {'blocked_countries':['DE','FR']}                            |    | allowed
          {'allowed_countries':['DE','FR'],'blocked_countries':['DE']} | DE | country_not_allowed
          {'allowed_countries':['DE','FR'],'blocked_countries':['DE']} | FR | allowed
          """)
  void judgesCountries(String rules, @Nullable String country, String expected) {
    RequestOrigin request =
        new RequestOrigin(InetAddress.ofLiteral("192.0.2.1"), true, country, null, null, null);
    assertThat(outcome(rules, request)).isEqualTo(expected);
  }

  @Test
  void asksForCountriesOnlyWhereARuleNamesSome() {
    assertThat(names("{'blocked_countries':['DE']}")).isTrue();
    assertThat(names("{'allowed_countries':['DE']}")).isTrue();
    assertThat(names("{'allowed_countries':[],'ip_blacklist':['::1']}")).isFalse();
  }

  private static boolean names(String rules) {
    return NetworkAccess.nameCountries(
        AppliedPolicies.of(
            List.of(),
            List.of(TestPolicies.document("{'security':{'network_restrictions':" + rules + "}}"))));
  }

  @ParameterizedTest
  @CsvSource({"true,true,allowed", "true,false,https_required", "false,false,allowed"})
  void judgesEncryption(boolean required, boolean https, String expected) {
    RequestOrigin request =
        new RequestOrigin(InetAddress.ofLiteral("192.0.2.1"), https, null, null, null, null);
    assertThat(outcome("{'require_https':" + required + "}", request)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      textBlock =
          """
          https://app.company.com      | https://app.company.com           | allowed
          https://app.company.com      | HTTPS://App.Company.COM           | allowed
          https://app.company.com      | https://app.company.com:443       | allowed
          https://app.company.com:443  | https://app.company.com           | allowed
          https://app.company.com      | http://app.company.com            | origin_not_allowed
          https://app.company.com      | https://app.company.com:8443      | origin_not_allowed
          https://app.company.com:8443 | https://app.company.com:8443      | allowed
          https://app.company.com      | https://app.company.com.evil.com  | origin_not_allowed
          https://app.company.com      | https://app.company.com@evil.com  | origin_not_allowed
          https://app.company.com      | https://evil.com/app.company.com  | origin_not_allowed
          https://app.company.com      | https://app.company.com/          | origin_not_allowed
          https://app.company.com      | null                              | origin_not_allowed
          https://app.company.com      | -                                 | origin_not_allowed
          https://app.company.com      | ^^                                | origin_not_allowed
          https://*.company.com        | https://app.company.com           | allowed
          https://*.company.com        | https://a.b.company.com           | allowed
          https://*.company.com        | https://company.com               | origin_not_allowed
          https://*.company.com        | https://evilcompany.com           | origin_not_allowed
          https://*.company.com        | https://.company.com              | origin_not_allowed
          https://*.company.com        | http://app.company.com            | origin_not_allowed
          https://*.company.com        | https://app.company.com:8443      | origin_not_allowed
          https://*.company.com        | https://*.company.com             | origin_not_allowed
          https://*.company.com:8443   | https://app.company.com:8443      | allowed
          https://*.company.com        | https://app.company.com.evil.com  | origin_not_allowed
          https://*.company.com        | https://app.company.com\\.evil.com | origin_not_allowed
          http://[2001:db8::1]:8080    | http://[2001:DB8::1]:8080         | allowed
          http://localhost:3000        | http://localhost:3000             | allowed
          """)
  void judgesOrigins(String pattern, @Nullable String origin, String expected) {
    assertThat(outcome("{'allowed_origins':['" + pattern + "']}", origin(origin)))
        .isEqualTo(expected);
  }

  @Test
  void passesARequestThroughAllDocumentsOrNone() {
    CompiledPolicy wide =
        TestPolicies.document(
            "{'security':{'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}}");
    CompiledPolicy narrow =
        TestPolicies.document(
            "{'security':{'network_restrictions':{'ip_blacklist':['10.1.0.0/16']}}}");
    for (AppliedPolicies both :
        List.of(
            AppliedPolicies.of(List.of(wide), List.of(narrow)),
            AppliedPolicies.of(List.of(narrow), List.of(wide)))) {
      assertThat(outcome(both, from("10.2.0.1"))).isEqualTo("allowed");
      assertThat(outcome(both, from("10.1.0.1"))).isEqualTo("ip_not_allowed");
      assertThat(outcome(both, from("11.0.0.1"))).isEqualTo("ip_not_allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'ip_whitelist':['intranet']}",
        "{'ip_whitelist':['10.0.0.0/33']}",
        "{'ip_blacklist':['010.0.0.1']}",
        "{'ip_blacklist':'10.0.0.1'}",
        "{'require_https':'yes'}",
        "{'allowed_origins':['app.company.com']}",
        "{'allowed_origins':['https://a.*.company.com']}",
        "{'allowed_countries':'DE'}",
        "{'allowed_cities':['Berlin']}",
      })
  void failsClosedOnWhatItCannotRead(String rules) {
    assertThatThrownBy(() -> outcome(rules, from("10.0.0.1")))
        .isInstanceOf(UnknownRestrictionException.class);
  }
}
