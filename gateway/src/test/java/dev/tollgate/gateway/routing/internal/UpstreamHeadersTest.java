package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

class UpstreamHeadersTest {

  private static final ServiceSnapshot SERVICE =
      new ServiceSnapshot(
          "svc_1",
          "service",
          "custom",
          Set.of(),
          URI.create("https://api.example.com"),
          new Presentation.None(),
          Map.of(),
          null,
          100,
          null,
          Timeouts.NONE,
          null,
          new ProviderDefinition(
              Set.of(),
              Set.of("x-documented", "x-amzn-bedrock-*"),
              Set.of("x-documented", "x-amzn-bedrock-*", "openai-organization"),
              false,
              null));

  private static io.netty.handler.codec.http.HttpHeaders sent(String name, String value) {
    HttpHeaders client = new HttpHeaders();
    client.add(name, value);
    io.netty.handler.codec.http.HttpHeaders upstream = new DefaultHttpHeaders();
    UpstreamHeaders.request(client, SERVICE, upstream);
    return upstream;
  }

  private static HttpHeaders answered(String name, String value) {
    HttpHeaders client = new HttpHeaders();
    UpstreamHeaders.answer(
        new DefaultHttpHeaders().add(name, value), SERVICE, AnswerHeaders.NONE, client);
    return client;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "Accept",
        "Range",
        "OpenAI-Beta",
        "Idempotency-Key",
        "anthropic-version",
        "anthropic-beta",
        "X-Documented",
        "X-Amzn-Bedrock-GuardrailIdentifier"
      })
  void sendsWhatIsOnTheList(String name) {
    assertThat(sent(name, "value").get(name)).isEqualTo("value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "xi-api-key",
        "Cookie",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Proxy-Authorization",
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Real-IP",
        "Host",
        "Content-Length",
        "Content-Encoding",
        "Expect",
        "Origin",
        "Referer",
        "X-Tollgate-Project",
        "X-Tollgate-Signature",
        "X-Request-Id",
        "Sec-WebSocket-Protocol",
        "X-Amzn-Other",
        "X-Anything"
      })
  void sendsNothingElse(String name) {
    assertThat(sent(name, "value").contains(name)).isFalse();
  }

  @Test
  void asksForAnAnswerThatCanBeRead() {
    assertThat(sent("Accept-Encoding", "gzip").get("accept-encoding")).isEqualTo("identity");
    assertThat(sent("User-Agent", "client").get("user-agent")).isEqualTo("tollgate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tgk_0123", "Bearer tgk_0123", "tga_0123", "eyJ0eXAiOiJ0Z3Qrand0In0.e30.c2ln"})
  void sendsNoTollgateKeyEvenInAListedHeader(String key) {
    assertThat(sent("x-documented", key).contains("x-documented")).isFalse();
    assertThat(sent("accept", key).contains("accept")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "Retry-After",
        "retry-after-ms",
        "x-should-retry",
        "x-ratelimit-remaining-tokens",
        "anthropic-ratelimit-requests-limit",
        "request-id",
        "x-documented",
        "x-amzn-bedrock-input-token-count"
      })
  void answersWithWhatIsOnTheList(String name) {
    assertThat(answered(name, "value").getFirst(name)).isEqualTo("value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set-Cookie",
        "Authorization",
        "WWW-Authenticate",
        "openai-organization",
        "openai-project",
        "anthropic-organization-id",
        "Connection",
        "Transfer-Encoding",
        "Content-Length",
        "x-request-id",
        "Server",
        "Via",
        "CF-Ray",
        "Alt-Svc",
        "Strict-Transport-Security",
        "Location",
        "x-tollgate-provider"
      })
  void answersWithNothingElse(String name) {
    assertThat(answered(name, "value").containsHeader(name)).isFalse();
  }
}
