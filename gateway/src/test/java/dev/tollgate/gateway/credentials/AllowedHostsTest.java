package dev.tollgate.gateway.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedHostsTest {

  @ParameterizedTest
  @CsvSource({
    "api.openai.com,      https://api.openai.com/v1",
    "api.openai.com,      https://api.openai.com:443",
    "api.openai.com,      https://API.OpenAI.com/v1",
    "api.openai.com:8443, https://api.openai.com:8443/v1",
    "localhost:11434,     http://localhost:11434/v1",
    "10.0.0.1:80,         http://10.0.0.1",
    "[::1]:8080,          http://[::1]:8080/v1",
  })
  void permitsTheHostAndPortThatAreNamed(String allowed, String target) {
    assertThat(AllowedHosts.permit(Set.of("other.example", allowed), URI.create(target))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "api.openai.com,      https://api.openai.com.evil.example",
    "api.openai.com,      https://evil-api.openai.com",
    "api.openai.com,      https://sub.api.openai.com",
    "api.openai.com,      https://api.openai.com:8443",
    // a host alone is its port 443, as the admin API stores it
    "api.openai.com,      http://api.openai.com",
    "api.openai.com:80,   https://api.openai.com",
    "*.openai.com,        https://api.openai.com",
    "api.openai.com,      https://api.openai.com@evil.example/",
    "api.openai.com,      mailto:api.openai.com",
  })
  void refusesEveryOther(String allowed, String target) {
    assertThat(AllowedHosts.permit(Set.of(allowed), URI.create(target))).isFalse();
  }
}
