package dev.tollgate.gateway.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.identity.internal.PresentedCredential.Absent;
import dev.tollgate.gateway.identity.internal.PresentedCredential.Ambiguous;
import dev.tollgate.gateway.identity.internal.PresentedCredential.One;
import dev.tollgate.gateway.pipeline.Protocol;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class PresentedCredentialTest {

  private static final String KEY = "tgk_1";
  private static final String TOKEN = token("{\"kid\":\"k\",\"typ\":\"tgt+jwt\"}");

  private static String token(String header) {
    return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.getBytes(StandardCharsets.UTF_8))
        + ".e30.c2ln";
  }

  private static PresentedCredential of(Protocol protocol, String... namesAndValues) {
    return at("/v1/x", protocol, namesAndValues);
  }

  private static PresentedCredential at(String uri, Protocol protocol, String... namesAndValues) {
    MockServerHttpRequest.BaseBuilder<?> request =
        MockServerHttpRequest.method(HttpMethod.GET, URI.create(uri));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      request.header(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PresentedCredential.of(request.build(), protocol);
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer tgk_1",
    "authorization, bearer tgk_1",
    "Authorization, Bearer   tgk_1",
    "x-api-key, tgk_1",
    "X-Api-Key, tgk_1",
    "api-key, tgk_1",
    "x-goog-api-key, tgk_1",
    "Sec-WebSocket-Protocol, openai-insecure-api-key.tgk_1",
    "Sec-WebSocket-Protocol, 'realtime, openai-insecure-api-key.tgk_1'",
  })
  void isFoundWhereverAnSdkPutsIt(String name, String value) {
    for (Protocol protocol : Protocol.values()) {
      assertThat(of(protocol, name, value)).as("%s", protocol).isEqualTo(new One(KEY));
    }
  }

  @Test
  void isReadFromTheQueryOnGeminiPathsOnly() {
    assertThat(at("/v1beta/x?alt=sse&key=tgk_1", Protocol.GEMINI)).isEqualTo(new One(KEY));
    assertThat(at("/v1beta/x?key=tgk%5F1", Protocol.GEMINI)).isEqualTo(new One(KEY));
    assertThat(at("/v1beta/x?mykey=tgk_1", Protocol.GEMINI)).isInstanceOf(Absent.class);
    assertThat(at("/v1/x?key=tgk_1", Protocol.OPENAI)).isInstanceOf(Absent.class);
    assertThat(at("/s/x?key=tgk_1", Protocol.PASS_THROUGH)).isInstanceOf(Absent.class);
  }

  @Test
  void isFoundInTheProvidersOwnHeaderOnPassThroughPathsOnly() {
    assertThat(of(Protocol.PASS_THROUGH, "xi-api-key", KEY)).isEqualTo(new One(KEY));
    assertThat(of(Protocol.PASS_THROUGH, "xi-api-key", TOKEN)).isEqualTo(new One(TOKEN));
    assertThat(of(Protocol.OPENAI, "xi-api-key", KEY)).isInstanceOf(Absent.class);
  }

  @Test
  void isNoOtherTokenInAHeaderOfTheClientsOwn() {
    assertThat(of(Protocol.PASS_THROUGH, "xi-api-key", KEY, "x-user", token("{\"typ\":\"JWT\"}")))
        .isEqualTo(new One(KEY));
    assertThat(of(Protocol.PASS_THROUGH, "x-user", token("{\"typ\":\"JWT\"}")))
        .isInstanceOf(Absent.class);
  }

  @ParameterizedTest
  @CsvSource({
    "tgk_1:, tgk_1",
    ":tgk_1, tgk_1",
    "user:tgk_1, tgk_1",
    "tgk_1:x, tgk_1",
    "tgk_1, tgk_1"
  })
  void isFoundInBasicOnPassThroughPaths(String pair, String expected) {
    assertThat(of(Protocol.PASS_THROUGH, "Authorization", basic(pair)))
        .isEqualTo(new One(expected));
  }

  @Test
  void isFoundBehindAProvidersOwnScheme() {
    assertThat(of(Protocol.PASS_THROUGH, "Authorization", "Token tgk_1")).isEqualTo(new One(KEY));
    assertThat(of(Protocol.PASS_THROUGH, "Authorization", "tgk_1")).isEqualTo(new One(KEY));
  }

  @Test
  void isTakenAsItStandsBehindAnUnknownSchemeElsewhere() {
    assertThat(of(Protocol.OPENAI, "Authorization", basic("tgk_1:")))
        .isEqualTo(new One(basic("tgk_1:")));
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void isAbsentWithoutAnyHeader(Protocol protocol) {
    assertThat(of(protocol)).isInstanceOf(Absent.class);
    assertThat(of(protocol, "Authorization", "Bearer ")).isInstanceOf(Absent.class);
    assertThat(of(protocol, "x-api-key", " ")).isInstanceOf(Absent.class);
  }

  @Test
  void mayStandInSeveralPlaces() {
    assertThat(of(Protocol.ANTHROPIC, "x-api-key", KEY, "Authorization", "Bearer tgk_1"))
        .isEqualTo(new One(KEY));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer tgk_1, x-api-key, tgk_2",
    "Authorization, Bearer tgk_1, Authorization, Bearer tgk_2",
    "x-api-key, tgk_1, api-key, tgk_2",
    "x-goog-api-key, tgk_1, api-key, sk-2",
    "x-api-key, tgk_1, Sec-WebSocket-Protocol, openai-insecure-api-key.tgk_2",
  })
  void isAmbiguousWhereTwoDiffer(String name, String value, String other, String otherValue) {
    assertThat(of(Protocol.OPENAI, name, value, other, otherValue)).isInstanceOf(Ambiguous.class);
  }

  @Test
  void isAmbiguousWhereTheQueryDiffers() {
    assertThat(at("/v1beta/x?key=tgk_2", Protocol.GEMINI, "x-goog-api-key", KEY))
        .isInstanceOf(Ambiguous.class);
    assertThat(at("/v1beta/x?key=tgk_1&key=tgk_2", Protocol.GEMINI)).isInstanceOf(Ambiguous.class);
  }

  @Test
  void isNotPrinted() {
    assertThat(new One(KEY).toString()).doesNotContain(KEY);
  }
}
