package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Quota.Unit;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.ErrorHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.AnswerHeaders.Header;
import dev.tollgate.gateway.pipeline.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuotaHeadersTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:34:56.700Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Quota requests(String policy, long limit, long remaining, Duration reset) {
    return new Quota(Unit.REQUESTS, policy, limit, remaining, MINUTE, reset);
  }

  private static Quota tokens(Unit unit, String policy, long remaining) {
    return new Quota(unit, policy, 1000, remaining, MINUTE, Duration.ofSeconds(30));
  }

  private static Map<String, String> headers(Protocol protocol, Quota... quotas) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : QuotaHeaders.of(protocol, List.of(quotas), NOW).headers()) {
      assertThat(headers.put(header.name(), header.value())).isNull();
    }
    return headers;
  }

  @Test
  void tellsOfThePoliciesThatStandOverThisRequest() {
    QuotaPolicy minute = new QuotaPolicy(Unit.REQUESTS, "requests-per-minute", 60, MINUTE);
    Quota first = new Quota(minute, 1, 1);
    Quota day =
        new Quota(new QuotaPolicy(Unit.REQUESTS, "requests-per-day", 9, Duration.ofDays(1)), 1, 1);
    Quota tokens =
        new Quota(new QuotaPolicy(Unit.TOKENS, "tokens-per-day", 5, Duration.ofDays(1)), 1, 1);
    Map<List<Quota>, String> told = new LinkedHashMap<>();
    told.put(List.of(first), "\"requests-per-minute\";q=60;w=60");
    told.put(
        List.of(first, day), "\"requests-per-minute\";q=60;w=60, \"requests-per-day\";q=9;w=86400");
    told.put(
        List.of(first, tokens),
        "\"requests-per-minute\";q=60;w=60, \"tokens-per-day\";q=5;w=86400;qu=\"tokens\"");
    for (int round = 0; round < 2; round++) {
      told.forEach((quotas, line) -> {
        Quota[] over = quotas.toArray(Quota[]::new);
        assertThat(headers(Protocol.OPENAI, over)).containsEntry("RateLimit-Policy", line);
        assertThat(headers(Protocol.OPENAI, over)).containsEntry("RateLimit-Policy", line);
      });
    }
  }

  @Test
  void tellsOfTheTightestInTheNamesOfOpenAi() {
    Map<String, String> headers =
        headers(
            Protocol.OPENAI,
            requests("requests-per-day", 100, 40, Duration.ofHours(11)),
            requests("requests-per-minute", 60, 12, Duration.ofSeconds(48)),
            tokens(Unit.INPUT_TOKENS, "input-tokens-per-minute", 700),
            tokens(Unit.TOKENS, "tokens-per-day", 600));

    assertThat(headers)
        .containsExactly(
            Map.entry("x-ratelimit-limit-requests", "60"),
            Map.entry("x-ratelimit-remaining-requests", "12"),
            Map.entry("x-ratelimit-reset-requests", "48s"),
            Map.entry("x-ratelimit-limit-tokens", "1000"),
            Map.entry("x-ratelimit-remaining-tokens", "600"),
            Map.entry("x-ratelimit-reset-tokens", "30s"),
            Map.entry(
                "RateLimit",
                "\"requests-per-day\";r=40;t=39600, \"requests-per-minute\";r=12;t=48,"
                    + " \"input-tokens-per-minute\";r=700;t=30, \"tokens-per-day\";r=600;t=30"),
            Map.entry(
                "RateLimit-Policy",
                "\"requests-per-day\";q=100;w=60, \"requests-per-minute\";q=60;w=60,"
                    + " \"input-tokens-per-minute\";q=1000;w=60;qu=\"tokens\","
                    + " \"tokens-per-day\";q=1000;w=60;qu=\"tokens\""));
  }

  @Test
  void addsTheNamesOfAnthropicOnItsPaths() {
    Map<String, String> headers =
        headers(
            Protocol.ANTHROPIC,
            requests("requests-per-minute", 60, 12, Duration.ofSeconds(48)),
            tokens(Unit.INPUT_TOKENS, "input-tokens-per-minute", 700),
            tokens(Unit.OUTPUT_TOKENS, "output-tokens-per-minute", 500));

    assertThat(headers)
        .containsEntry("anthropic-ratelimit-requests-limit", "60")
        .containsEntry("anthropic-ratelimit-requests-remaining", "12")
        .containsEntry("anthropic-ratelimit-requests-reset", "2026-11-21T12:35:45Z")
        .containsEntry("anthropic-ratelimit-tokens-remaining", "500")
        .containsEntry("anthropic-ratelimit-input-tokens-remaining", "700")
        .containsEntry("anthropic-ratelimit-output-tokens-limit", "1000")
        .containsEntry("anthropic-ratelimit-output-tokens-reset", "2026-11-21T12:35:27Z")
        .containsEntry("x-ratelimit-limit-requests", "60");
  }

  @Test
  void ofSeveralLevelsWithOneQuotaTheTightestIsNamed() {
    assertThat(
            headers(
                Protocol.OPENAI,
                requests("requests-per-minute", 100, 99, Duration.ofSeconds(1)),
                requests("requests-per-minute", 10, 3, Duration.ofSeconds(42))))
        .containsEntry("RateLimit", "\"requests-per-minute\";r=3;t=42")
        .containsEntry("x-ratelimit-limit-requests", "10");
  }

  @Test
  void writesDurationsAsOpenAiDoes() {
    assertThat(reset(Duration.ofMillis(120))).isEqualTo("120ms");
    assertThat(reset(Duration.ZERO)).isEqualTo("0s");
    assertThat(reset(Duration.ofSeconds(1))).isEqualTo("1s");
    assertThat(reset(Duration.ofMillis(59_001))).isEqualTo("1m0s");
    assertThat(reset(Duration.ofMinutes(6))).isEqualTo("6m0s");
    assertThat(reset(Duration.ofHours(23).plusSeconds(61))).isEqualTo("23h1m1s");
    assertThat(reset(Duration.ofHours(2).plusSeconds(5))).isEqualTo("2h0m5s");
  }

  private static @Nullable String reset(Duration time) {
    return headers(Protocol.OPENAI, requests("requests-per-day", 5, 1, time))
        .get("x-ratelimit-reset-requests");
  }

  @Test
  void hidesTheProvidersOfTheSameKindOnly() {
    AnswerHeaders ofRequests =
        QuotaHeaders.of(
            Protocol.OPENAI,
            List.of(requests("requests-per-minute", 60, 12, Duration.ofSeconds(48))),
            NOW);

    assertThat(ofRequests.hides().test("anthropic-ratelimit-requests-limit")).isTrue();
    assertThat(ofRequests.hides().test("x-ratelimit-limit-requests")).isTrue();
    assertThat(ofRequests.hides().test("x-ratelimit-limit-tokens")).isFalse();
    assertThat(ofRequests.hides().test("x-requests")).isFalse();
  }

  @Test
  void aRequestThatNeverFitsIsNotToBeTriedAgain() {
    Map<String, String> headers = new LinkedHashMap<>();
    ErrorHeaders.write(
        Rejection.futile(ErrorCode.RATE_LIMIT_EXCEEDED, "Never.", Duration.ofMinutes(1)),
        headers::put);
    assertThat(headers).containsEntry("x-should-retry", "false").containsEntry("Retry-After", "60");

    headers.clear();
    ErrorHeaders.write(
        Rejection.retryable(ErrorCode.RATE_LIMIT_EXCEEDED, "Later.", Duration.ofMillis(1500)),
        headers::put);
    assertThat(headers)
        .containsEntry("Retry-After", "2")
        .containsEntry("retry-after-ms", "1500")
        .doesNotContainKey("x-should-retry");
  }
}
