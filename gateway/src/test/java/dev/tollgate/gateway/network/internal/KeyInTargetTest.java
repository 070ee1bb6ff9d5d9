package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyInTargetTest {

  private static final String KEY = "tgk_" + "a1B".repeat(16) + "Z";

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models?key=K, /v1beta/models",
    "/v1beta/models/m:generateContent?key=K&alt=sse, /v1beta/models/m:generateContent?alt=sse",
    "/v1beta/models?alt=sse&key=K, /v1beta/models?alt=sse",
    "/v1beta/models?a=1&key=K&b=2, /v1beta/models?a=1&b=2",
    "/v1beta/models?%6bey=K, /v1beta/models",
    "/v1beta/models?key=%4B, /v1beta/models",
    "/google/v1beta/models/m:generateContent?key=K, /google/v1beta/models/m:generateContent",
  })
  void movesTheKeyOfAGeminiPathIntoTheHeader(String target, String without) {
    HttpRequest request = request(target);

    KeyInTarget.moveToHeader(request);

    assertThat(request.uri()).isEqualTo(without);
    assertThat(request.headers().getAll("x-goog-api-key")).containsExactly("K");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions?key=K",
        "/stripe/v1/x?key=K",
        "/v1beta/models",
        "/v1beta/models?",
        "/v1beta/models?alt=sse&monkey=1&keys=2",
        "/v1betamodels?key=K",
      })
  void leavesEveryOtherTargetAsItIs(String target) {
    HttpRequest request = request(target);

    KeyInTarget.moveToHeader(request);

    assertThat(request.uri()).isEqualTo(target);
    assertThat(request.headers().contains("x-goog-api-key")).isFalse();
  }

  @Test
  void keepsWhatTheHeaderHolds() {
    HttpRequest request = request("/v1beta/models?key=one&key=two");
    request.headers().set("x-goog-api-key", "three");

    KeyInTarget.moveToHeader(request);

    assertThat(request.headers().getAll("x-goog-api-key")).containsExactly("three", "one", "two");
  }

  @Test
  void dropsAnEmptyKey() {
    HttpRequest request = request("/v1beta/models?key=&key&alt=sse");

    KeyInTarget.moveToHeader(request);

    assertThat(request.uri()).isEqualTo("/v1beta/models?alt=sse");
    assertThat(request.headers().contains("x-goog-api-key")).isFalse();
  }

  @Test
  void refusesAKeyThatBreaksOutOfTheHeader() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> KeyInTarget.moveToHeader(request("/v1beta/models?key=a%0d%0aX-Evil:%201")));
  }

  @Test
  void noticesAKeyInAnyPartAndSpelling() {
    assertThat(KeyInTarget.isIn("/v1/x?key=" + KEY)).isTrue();
    assertThat(KeyInTarget.isIn("/v1/x?a=1&token=Bearer%20" + KEY + "&b=2")).isTrue();
    assertThat(KeyInTarget.isIn("/" + KEY + "/v1/x")).isTrue();
    assertThat(KeyInTarget.isIn("/v1/x?k=" + KEY.replace("tgk_", "%74gk%5f"))).isTrue();
    assertThat(KeyInTarget.isIn("/v1/x?k=tgk_" + KEY)).isTrue();
    assertThat(KeyInTarget.isIn("/v1/x?k=" + KEY + "more")).isTrue();
  }

  @Test
  void takesNothingElseForAKey() {
    assertThat(KeyInTarget.isIn("/v1/x?k=" + KEY.substring(0, 52))).isFalse();
    assertThat(KeyInTarget.isIn("/v1/x?k=" + KEY.replace('Z', '-'))).isFalse();
    assertThat(KeyInTarget.isIn("/v1/x?k=tgk_")).isFalse();
    assertThat(KeyInTarget.isIn("/v1/x?k=" + KEY.replace("tgk_", "tgx_"))).isFalse();
  }

  private static HttpRequest request(String target) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
  }
}
