package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetPolicyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/chat/completions",
        "/v1/models/",
        "/v1/models/gpt-4.1-mini",
        "/v1/models/ft:gpt-4o-mini:acme::abc123",
        "/v1beta/models/gemini-2.5-pro:generateContent",
        "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        "/v1/models/a%20b",
        "/v1/models/mod%C3%A8le",
        "/v1/models/gpt%2D4%2E1",
        "/v1/models/...",
        "/v1/models/.hidden",
        "/v1/models/a..b",
        "/v1/models/%3Fwhat%23so",
        "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        "/stripe/v1/customers?expand[]=data.source&limit=3&created[gte]=1",
        "/x?a=1&a=2&b=%2F..%2F&c=//&d=/../&e=%5C&f=%25&g=a;b&h=a+b&i=%00",
        "/x?",
        "/x?q=a?b",
        "/a-b._~!$&'()*+,=:@/c",
      })
  void lets(String target) {
    assertThat(RequestTargetPolicy.refusalOf(target)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "example.com:443",
        "http://example.com/v1/models",
        "HTTP://example.com",
        "https://example.com:443/v1/models",
        "v1/models",
        "?x=1",
        "//",
        "//v1/models",
        "//example.com/v1/models",
        "/v1//models",
        "/v1/models//",
        "/.",
        "/..",
        "/./v1",
        "/v1/.",
        "/v1/..",
        "/v1/./models",
        "/v1/../actuator/env",
        "/v1/%2e%2e/actuator/env",
        "/v1/%2E%2E/actuator/env",
        "/v1/.%2e/actuator/env",
        "/v1/%2e./actuator/env",
        "/v1/%2e/models",
        "/v1/%2e%2e",
        "/v1/a%2fb",
        "/v1/a%2Fb",
        "/v1/..%2factuator",
        "/v1/%5c..%5cactuator",
        "/v1/a%5Cb",
        "/v1/%252e%252e/actuator",
        "/v1/%25",
        "/v1/a%252fb",
        "/v1/a%3bb",
        "/v1/models;x=1",
        "/v1;/models",
        "/v1/..;/actuator",
        "/v1\\models",
        "/v1/..\\actuator",
        "/x?a=\\",
        "/v1/%00",
        "/v1/a%0d%0ab",
        "/v1/a%7f",
        "/v1/a%C2%85b",
        "/v1/%c0%af",
        "/v1/%c0%ae%c0%ae/x",
        "/v1/%e0%80%af",
        "/v1/%ff",
        "/v1beta/mod%65ls/gemini:generateContent",
        "/openai/deploy%6Dents/gpt-4o/chat/completions",
        "/v1/%41",
        "/v1/gpt-%34o",
        "/v1/%",
        "/v1/%2",
        "/v1/%zz",
        "/v1/%u002e",
        "/x?a=%",
        "/x?a=%4",
        "/x?a=%g0",
        "/v1/models#x",
        "/x?a#b",
        "/v1/mod\u00e8le",
        "/v1/a\u0000b",
        "/v1/a\tb",
        "/v1/a b",
        "/v1/{model}",
        "/v1/a|b",
        "/v1/[a]",
        "/v1/\"a\"",
        "/v1/<a>",
        "/v1/a^b",
        "/v1/`a`",
        "/x?a={b}",
        "/x?a=b|c",
        "/x?a=\"b\"",
        "/x?a=\u00e8",
        "/v1/a\uff0fb",
      })
  void refuses(String target) {
    assertThat(RequestTargetPolicy.refusalOf(target)).isNotNull();
  }
}
