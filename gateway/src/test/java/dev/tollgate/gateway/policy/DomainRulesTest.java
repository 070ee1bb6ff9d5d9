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

class DomainRulesTest {

  private static String outcome(
      String rules, @Nullable String origin, @Nullable String referer, @Nullable String agent) {
    Rejection refusal =
        NetworkAccess.refusal(
            AppliedPolicies.of(
                List.of(),
                List.of(
                    TestPolicies.document("{'security':{'domain_restrictions':" + rules + "}}"))),
            new RequestOrigin(
                InetAddress.ofLiteral("192.0.2.1"), true, null, origin, referer, agent));
    return refusal == null ? "allowed" : refusal.code().code();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      textBlock =
          """
          *.company.com   | https://app.company.com          | -                             | allowed
          *.company.com   | http://a.b.company.com:8080      | -                             | allowed
          *.company.com   | https://company.com              | -                             | domain_not_allowed
          *.company.com   | https://evilcompany.com          | -                             | domain_not_allowed
          *.company.com   | https://app.company.com.evil.com | -                             | domain_not_allowed
          company.com     | https://company.com              | -                             | allowed
          company.com     | https://app.company.com          | -                             | domain_not_allowed
          Company.com     | https://COMPANY.com              | -                             | allowed
          *.company.com   | -                                | https://app.company.com/x?y=z | allowed
          *.company.com   | -                                | https://evil.com/app.company.com | domain_not_allowed
          *.company.com   | -                                | https://app.company.com@evil.com/ | domain_not_allowed
          *.company.com   | -                                | https://evil.com\\.company.com/ | domain_not_allowed
          *.company.com   | -                                | -                             | domain_not_allowed
          *.company.com   | https://evil.com                 | https://app.company.com/      | domain_not_allowed
          *.company.com   | null                             | https://app.company.com/      | domain_not_allowed
          *.company.com   | ^^                               | https://app.company.com/      | domain_not_allowed
          *.company.com   | -                                | app.company.com               | domain_not_allowed
          """)
  void judgesDomains(
      String pattern, @Nullable String origin, @Nullable String referer, String expected) {
    assertThat(outcome("{'allowed_domains':['" + pattern + "']}", origin, referer, null))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      textBlock =
          """
          https://app.company.com/*      | https://app.company.com/               | allowed
          https://app.company.com/*      | https://app.company.com                | allowed
          https://app.company.com/*      | HTTPS://APP.company.com/a/b?c=d#e      | allowed
          https://app.company.com/*      | https://app.company.com:443/a          | allowed
          https://app.company.com/*      | https://app.company.com?a              | allowed
          https://app.company.com/*      | https://app.company.com:8443/a         | referrer_not_allowed
          https://app.company.com/*      | http://app.company.com/                | referrer_not_allowed
          https://app.company.com/*      | https://app.company.com.evil.com/      | referrer_not_allowed
          https://app.company.com/*      | https://app.company.com@evil.com/      | referrer_not_allowed
          https://app.company.com/*      | https://evil.com/https://app.company.com/ | referrer_not_allowed
          https://app.company.com/*      | https://evil.com#https://app.company.com/ | referrer_not_allowed
          https://app.company.com/*      | https://evil.com?https://app.company.com/ | referrer_not_allowed
          https://app.company.com/*      | https://evil.com\\@app.company.com/    | referrer_not_allowed
          https://app.company.com/*      | https:\\\\app.company.com/             | referrer_not_allowed
          https://app.company.com/*      | javascript://app.company.com/          | referrer_not_allowed
          https://app.company.com/*      | https://app.company.com /              | referrer_not_allowed
          https://app.company.com/*      | https://äpp.company.com/               | referrer_not_allowed
          https://app.company.com/*      | -                                      | referrer_not_allowed
          https://app.company.com/*      | ^^                                     | referrer_not_allowed
          https://app.company.com/in/*   | https://app.company.com/in/a           | allowed
          https://app.company.com/in/*   | https://app.company.com/out            | referrer_not_allowed
          https://app.company.com/in/*   | https://app.company.com/in/../out      | referrer_not_allowed
          https://app.company.com/in/*   | https://app.company.com/in/%2E%2e/out  | referrer_not_allowed
          https://app.company.com/in/*   | https://app.company.com/IN/a           | referrer_not_allowed
          https://app.company.com        | https://app.company.com/               | allowed
          https://app.company.com        | https://app.company.com/a              | referrer_not_allowed
          https://app.company.com*       | https://app.company.com/a              | allowed
          https://app.company.com*       | https://app.company.com.evil.com/a     | referrer_not_allowed
          https://*.company.com/*        | https://app.company.com/a              | allowed
          https://*.company.com/*        | https://company.com/a                  | referrer_not_allowed
          https://*.company.com/*        | https://evil.com/.company.com/         | referrer_not_allowed
          https://*.company.com/*        | https://evil.com?.company.com/         | referrer_not_allowed
          https://*.company.com/*        | https://.company.com/                  | referrer_not_allowed
          https://app-*.company.com/*    | https://app-1.company.com/             | allowed
          https://app-*.company.com/*    | https://app-1.evil.com/.company.com/   | referrer_not_allowed
          https://app-*.company.com/*    | https://app-1.evil.company.com/        | referrer_not_allowed
          app.company.com/*              | http://app.company.com/a               | allowed
          *://app.company.com:*/*        | http://app.company.com:8080/a          | allowed
          *                              | https://any.where:99/a                 | allowed
          *                              | -                                      | referrer_not_allowed
          *                              | https://a@any.where/                   | referrer_not_allowed
          https://app@company.com/*      | https://app@company.com/               | referrer_not_allowed
          """)
  void judgesReferrers(String pattern, @Nullable String referer, String expected) {
    assertThat(outcome("{'allowed_referrers':['" + pattern + "']}", null, referer, null))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '~',
      textBlock =
          """
          ^YourApp/\\d+  | YourApp/1.2        | allowed
          App/            | Your App/1         | allowed
          ^YourApp/       | Mozilla YourApp/1  | user_agent_not_allowed
          App             | -                  | user_agent_not_allowed
          .*              | -                  | user_agent_not_allowed
          .*              | ~~                 | user_agent_not_allowed
          """)
  void judgesUserAgents(String pattern, @Nullable String agent, String expected) {
    String rules = "{'user_agent_pattern':'" + pattern.replace("\\", "\\\\") + "'}";
    assertThat(outcome(rules, null, null, agent)).isEqualTo(expected);
  }

  @Test
  void takesTimeLinearInTheUserAgent() {
    // A backtracking engine would try 2^1000 ways.
    assertThat(outcome("{'user_agent_pattern':'(a*)*b$'}", null, null, "a".repeat(1000)))
        .isEqualTo("user_agent_not_allowed");
    assertThat(outcome("{'user_agent_pattern':'a'}", null, null, "a".repeat(1024)))
        .isEqualTo("allowed");
    assertThat(outcome("{'user_agent_pattern':'a'}", null, null, "a".repeat(1025)))
        .isEqualTo("user_agent_not_allowed");
  }

  @Test
  void failsClosedOnAPatternThatItCannotRead() {
    assertThatThrownBy(() -> outcome("{'user_agent_pattern':'(?=a)'}", null, null, "a"))
        .isInstanceOf(UnknownRestrictionException.class);
    assertThatThrownBy(() -> outcome("{'allowed_domains':'a'}", null, null, "a"))
        .isInstanceOf(UnknownRestrictionException.class);
  }
}
