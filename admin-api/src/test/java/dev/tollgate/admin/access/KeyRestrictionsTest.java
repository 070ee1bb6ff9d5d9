package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeyRestrictionsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                                      | 10.0.0.1    | false | ``
          {'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}                | 10.0.0.1    | false | ``
          {'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}                | 11.0.0.1    | false | ip_not_allowed
          {'network_restrictions':{'ip_whitelist':['10.0.0.1']}}                  | 10.0.0.2    | false | ip_not_allowed
          {'network_restrictions':{'ip_whitelist':['2001:db8::/32']}}             | 2001:db8::1 | false | ``
          {'network_restrictions':{'ip_whitelist':['2001:db8::/32']}}             | 10.0.0.1    | false | ip_not_allowed
          {'network_restrictions':{'ip_whitelist':['0.0.0.0/0']}}                 | unknown     | false | ip_not_allowed
          {'network_restrictions':{'ip_blacklist':['10.0.0.0/8']}}                | 10.0.0.1    | false | ip_not_allowed
          {'network_restrictions':{'ip_blacklist':['10.0.0.0/8']}}                | 11.0.0.1    | false | ``
          {'network_restrictions':{'ip_blacklist':['10.0.0.0/8']}}                | unknown     | false | ip_not_allowed
          {'network_restrictions':{'require_https':true}}                         | 10.0.0.1    | false | https_required
          {'network_restrictions':{'require_https':true}}                         | 10.0.0.1    | true  | ``
          {'network_restrictions':{'require_https':false}}                        | 10.0.0.1    | false | ``
          {'network_restrictions':{'allowed_origins':['https://a.b']}}            | 10.0.0.1    | true  | origin_not_allowed
          {'network_restrictions':{'allowed_countries':['DE']}}                   | 10.0.0.1    | true  | country_not_allowed
          {'network_restrictions':{'blocked_countries':['DE']}}                   | 10.0.0.1    | true  | ``
          {'domain_restrictions':{'allowed_domains':['a.b']}}                     | 10.0.0.1    | true  | domain_not_allowed
          {'domain_restrictions':{'allowed_referrers':['https://a.b/*']}}         | 10.0.0.1    | true  | referrer_not_allowed
          {'domain_restrictions':{'user_agent_pattern':'^a'}}                     | 10.0.0.1    | true  | user_agent_not_allowed
          {'authentication':{'require_signature':true}}                           | 10.0.0.1    | true  | signature_missing
          {'authentication':{'require_signature':false}}                          | 10.0.0.1    | true  | ``
          {'authentication':{'require_nonce':true}}                               | 10.0.0.1    | true  | signature_missing
          {'authentication':{'require_timestamp':true}}                           | 10.0.0.1    | true  | signature_missing
          {'authentication':{'require_nonce':false}}                              | 10.0.0.1    | true  | ``
          {'authentication':{'require_nonce':true,'require_signature':false}}     | 10.0.0.1    | true  | ``
          """)
  void refusesWhatAnyDocumentForbidsAndWhatCannotBeJudgedHere(
      String security, String address, boolean secure, String code) {
    JsonNode document = JSON.readTree("{'security':%s}".formatted(security).replace('\'', '"'));
    List<JsonNode> documents = List.of(JSON.createObjectNode(), document);
    assertThat(KeyRestrictions.refusal(documents, address, secure).orElse("")).isEqualTo(code);
  }
}
