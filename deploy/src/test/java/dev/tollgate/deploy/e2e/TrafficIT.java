package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.launcher.SecondGateway;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of requests and tokens, from the document that an administrator writes. */
class TrafficIT {

  private static final String PLAIN = "sim-plain";

  private static String limits(String limits) {
    return ",'rate_limits':{%s}".formatted(limits);
  }

  private static long number(Reply reply, String header) {
    @Nullable String value = reply.header(header);
    assertThat(value).as(header + " of " + reply.headers()).isNotNull();
    return Long.parseLong(value);
  }

  @ParameterizedTest
  @EnumSource
  void ofThreeAMinuteTheFourthIsRefused(Wire wire) {
    Bed bed = Bed.shared();
    Tenant.Key key =
        bed.tenantWithProviders()
            .key(
                limits(
                    "'requests':{'per_minute':3,'per_day':1000},'tokens':{'input_per_minute':5000}"));
    for (int left = 2; left >= 0; left--) {
      Reply reply = wire.ask(bed, key, PLAIN, left == 1);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(number(reply, "x-ratelimit-limit-requests")).isEqualTo(3);
      assertThat(number(reply, "x-ratelimit-remaining-requests")).isEqualTo(left);
      assertThat(reply.header("x-ratelimit-reset-requests")).matches("(1m)?\\d+s");
      assertThat(number(reply, "x-ratelimit-limit-tokens")).isEqualTo(5000);
      assertThat(number(reply, "x-ratelimit-remaining-tokens")).isBetween(4000L, 4999L);
      assertThat(reply.header("RateLimit")).contains("\"requests-per-minute\";r=" + left + ";t=");
      assertThat(reply.header("RateLimit-Policy"))
          .contains("\"requests-per-minute\";q=3;w=60", "\"requests-per-day\";q=1000;w=86400");
    }
    Reply refused = wire.ask(bed, key, PLAIN, false);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(wire.code(refused)).isEqualTo("rate_limit_exceeded");
    assertThat(wire.isErrorOf(refused)).isTrue();
    assertThat(number(refused, "Retry-After")).isBetween(1L, 20L);
    assertThat(number(refused, "retry-after-ms")).isBetween(1L, 20_000L);
    assertThat(number(refused, "x-ratelimit-remaining-requests")).isZero();
    assertThat(refused.header("x-should-retry")).isNull();
    if (wire == Wire.ANTHROPIC) {
      assertThat(number(refused, "anthropic-ratelimit-requests-limit")).isEqualTo(3);
      assertThat(number(refused, "anthropic-ratelimit-input-tokens-limit")).isEqualTo(5000);
      assertThat(refused.header("anthropic-ratelimit-requests-reset"))
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }
  }

  @Test
  void tokensAreSettledToWhatTheProviderCounted() {
    Bed bed = Bed.shared();
    Tenant tenant = bed.tenantWithProviders();
    Tenant.Key key = tenant.key(limits("'tokens':{'total_per_day':100000}"));
    // The simulator's answer is far shorter than the maximum that is asked for.
    assertThat(Wire.ANTHROPIC.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
    var row = tenant.onlyUsage(key);
    long used = row.path("input_tokens").asLong() + row.path("output_tokens").asLong();
    Reply next = Wire.ANTHROPIC.ask(bed, key, PLAIN, false);
    long reserved = 100_000 - number(next, "x-ratelimit-remaining-tokens") - used;
    assertThat(reserved).isBetween(500L, 600L);
  }

  @Test
  void aGatewayThatStartsAgainKnowsWhatTheDayHasUsed() {
    Bed bed = Bed.shared();
    Tenant tenant = bed.tenantWithProviders();
    Tenant.Key key = tenant.key(limits("'requests':{'per_day':3}"));
    assertThat(Wire.OPENAI.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
    assertThat(Wire.OPENAI.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
    assertThat(tenant.usage(key, 2)).hasSize(2);
    try (SecondGateway restarted = SecondGateway.start(properties(bed, Map.of()))) {
      Reply third = ask(restarted.url(), key);
      assertThat(third.status()).isEqualTo(200);
      assertThat(number(third, "x-ratelimit-remaining-requests")).isZero();
      assertThat(ask(restarted.url(), key).status()).isEqualTo(429);
    }
  }

  @Test
  void aGatewayThatStartsAgainKnowsWhatALimitCountedInAnotherSpelling() {
    Bed bed = Bed.shared();
    Tenant tenant = bed.tenantWithProviders();
    Tenant.Key key =
        tenant.key(",'permissions':{'models':{'limits':{'Sim-PLAIN':{'max_requests_per_day':3}}}}");
    assertThat(Wire.OPENAI.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
    assertThat(Wire.OPENAI.ask(bed, key, PLAIN, false).status()).isEqualTo(200);
    assertThat(tenant.usage(key, 2)).hasSize(2);
    assertThat(
            bed.admin()
                .get("/v1/keys/" + key.id())
                .at("/remaining/models/Sim-PLAIN/max_requests_per_day")
                .asInt())
        .isEqualTo(1);
    try (SecondGateway restarted = SecondGateway.start(properties(bed, Map.of()))) {
      assertThat(ask(restarted.url(), key).status()).isEqualTo(200);
      assertThat(ask(restarted.url(), key).status()).isEqualTo(429);
    }
  }

  @Test
  void gatewaysOnOneRedisCountTogether() throws IOException {
    try (RedisServer redis = RedisServer.start()) {
      Map<String, String> shared = Map.of("tollgate.redis.url", redis.url());
      try (Bed bed = Bed.startWith(shared);
          SecondGateway other = SecondGateway.start(properties(bed, shared))) {
        Tenant.Key key =
            bed.tenantWithProviders().key(limits("'requests':{'per_hour':4,'per_minute':1000}"));
        for (int left = 3; left > 0; left -= 2) {
          assertThat(number(ask(bed.gateway(), key), "x-ratelimit-remaining-requests"))
              .isEqualTo(left);
          assertThat(number(ask(other.url(), key), "x-ratelimit-remaining-requests"))
              .isEqualTo(left - 1);
        }
        assertThat(ask(bed.gateway(), key).status()).isEqualTo(429);
        assertThat(ask(other.url(), key).status()).isEqualTo(429);
      }
    }
  }

  private static Map<String, String> properties(Bed bed, Map<String, String> more) {
    Map<String, String> properties =
        new LinkedHashMap<>(
            SecondGateway.properties(
                bed.tollgate(),
                bed.dataDirectory(),
                bed.tollgate().database().port(),
                0,
                Bed.LOOPBACK));
    properties.putAll(more);
    return properties;
  }

  private static Reply ask(URI gateway, Tenant.Key key) {
    return new RawHttp(gateway)
        .post(
            Wire.OPENAI.path(PLAIN, false),
            Wire.OPENAI.body(PLAIN, false),
            "Authorization: Bearer " + key.token());
  }
}
