package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.RecordedRequest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every place in which a client may put its key, and that it goes no further. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialPlacesIT {

  private final Bed bed = Bed.shared();
  private Tenant tenant;
  private Tenant.Key key;

  @BeforeAll
  void makeKey() {
    tenant =
        bed.tenantWithProviders()
            .withProvider("elevenlabs", bed.simulator().baseUrl(), Bed.PROVIDER_KEY)
            .withProvider("stripe", bed.simulator().baseUrl(), Bed.PROVIDER_KEY);
    key = tenant.key();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer KEY",
        "Authorization: bearer KEY",
        "x-api-key: KEY",
        "api-key: KEY",
        "x-goog-api-key: KEY"
      })
  void everyHeaderServesOnEveryPath(String header) {
    for (Wire wire : Wire.values()) {
      assertForwarded(post(wire, "", header));
    }
  }

  @Test
  void theQueryServesOnGeminiPathsAndIsTakenOut() {
    String id = Wire.newId();
    String path = Wire.GEMINI.path("gemini-2.5-flash", true) + "&key=" + key.token() + "&x=1";
    Reply reply = bed.http().post(path, Wire.GEMINI.body("gemini-2.5-flash", true), Wire.mark(id));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(bed.upstream(id).query()).isEqualTo("alt=sse&x=1");
    assertForwarded(id);
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENAI", "ANTHROPIC"})
  void theQueryServesNowhereElse(Wire wire) {
    String path = wire.path("gpt-4o", false) + "?key=" + key.token();
    String id = Wire.newId();
    Reply reply = bed.http().post(path, wire.body("gpt-4o", false), Wire.mark(id));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(wire.code(reply)).isEqualTo("invalid_request");
    assertThat(reply.text()).doesNotContain("tgk_");
    assertThat(bed.upstreams(id)).isEmpty();
  }

  @Test
  void theHeaderOfAServicesOwnClientServesThere() {
    String id = Wire.newId();
    Reply reply =
        bed.http()
            .post(
                "/elevenlabs/v1/text-to-speech/x?output_format=mp3",
                "{\"text\":\"hi\"}",
                "xi-api-key: " + key.token(),
                Wire.mark(id));
    assertThat(reply.status()).isEqualTo(200);
    RecordedRequest upstream = bed.upstream(id);
    assertThat(upstream.path()).isEqualTo("/v1/text-to-speech/x");
    assertThat(upstream.query()).isEqualTo("output_format=mp3");
    assertThat(upstream.header("xi-api-key")).isEqualTo(Bed.PROVIDER_KEY);
    assertForwarded(id);
  }

  @Test
  void theBasicUserOfStripesClientServesThere() {
    String id = Wire.newId();
    Reply reply =
        bed.http()
            .postBytes(
                "/stripe/v1/charges",
                "amount=100&currency=eur".getBytes(UTF_8),
                "Content-Type: application/x-www-form-urlencoded",
                "Authorization: Basic " + base64(key.token() + ":"),
                Wire.mark(id));
    assertThat(reply.status()).isEqualTo(200);
    RecordedRequest upstream = bed.upstream(id);
    assertThat(upstream.header("authorization"))
        .isIn("Basic " + base64(Bed.PROVIDER_KEY + ":"), "Bearer " + Bed.PROVIDER_KEY);
    assertThat(new String(upstream.body(), UTF_8)).isEqualTo("amount=100&currency=eur");
    assertForwarded(id);
  }

  @Test
  void azuresPathsServeToo() {
    String id = Wire.newId();
    Reply reply =
        bed.http()
            .post(
                "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "api-key: " + key.token(),
                Wire.mark(id));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertForwarded(id);
  }

  @ParameterizedTest
  @EnumSource
  void twoThatDifferAreRefused(Wire wire) {
    Tenant.Key other = tenant.key();
    for (List<String> headers :
        List.of(
            List.of("Authorization: Bearer KEY", "x-api-key: " + other.token()),
            List.of("api-key: KEY", "x-goog-api-key: " + other.token()),
            List.of("Authorization: Bearer KEY", "Authorization: Bearer " + other.token()))) {
      String id = Wire.newId();
      Reply reply = send(wire, "", id, headers.toArray(String[]::new));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(wire.code(reply)).isEqualTo("ambiguous_credentials");
      assertThat(reply.text()).doesNotContain("tgk_");
      assertThat(bed.upstreams(id)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameOneTwiceIsOne(Wire wire) {
    assertForwarded(post(wire, "", "Authorization: Bearer KEY", "x-api-key: KEY"));
  }

  @ParameterizedTest
  @EnumSource
  void noneAndAWrongOneAreRefused(Wire wire) {
    String wrong = key.token().substring(0, key.token().length() - 1) + "~";
    for (String header : List.of("X-None: 1", "x-api-key: " + wrong, "Authorization: Bearer x")) {
      String id = Wire.newId();
      Reply reply = send(wire, "", id, header);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(wire.code(reply)).isEqualTo("invalid_api_key");
      assertThat(reply.header("www-authenticate")).startsWith("Bearer");
      assertThat(reply.header("x-tollgate-error-source")).isEqualTo("gateway");
      assertThat(bed.upstreams(id)).isEmpty();
    }
  }

  /** Sends one that must succeed. */
  private String post(Wire wire, String query, String... headers) {
    String id = Wire.newId();
    Reply reply = send(wire, query, id, headers);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return id;
  }

  private Reply send(Wire wire, String query, String id, String... headers) {
    String[] all = RawHttp.with(headers, Wire.mark(id));
    for (int i = 0; i < all.length; i++) {
      all[i] = all[i].replace("KEY", key.token());
    }
    return bed.http().post(wire.path("gpt-4o", false) + query, wire.body("gpt-4o", false), all);
  }

  private void assertForwarded(String id) {
    RecordedRequest upstream = bed.upstream(id);
    assertThat(
            upstream.headers().toString() + upstream.query() + new String(upstream.body(), UTF_8))
        .doesNotContain("tgk_")
        .doesNotContain(base64(key.token() + ":"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
