package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.Answer;
import dev.tollgate.deploy.simulator.Header;
import dev.tollgate.deploy.simulator.RecordedRequest;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes to a provider and back: by allow-list, and the bytes as they are. */
class HeadersIT {

  private static final String[] WHAT_MUST_NOT_PASS = {
    "Connection: close, authorization, x-goog-api-key, x-api-key, content-type, openai-beta",
    "Cookie: session=client",
    "Keep-Alive: timeout=5",
    "TE: trailers",
    "Proxy-Authorization: Basic Y2xpZW50",
    "Proxy-Connection: keep-alive",
    "Upgrade-Insecure-Requests: 1",
    "Forwarded: for=192.0.2.1",
    "X-Forwarded-For: 192.0.2.1",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https",
    "X-Real-IP: 192.0.2.1",
    "Via: 1.1 client",
    "X-Tollgate-Overhead-Ms: 1",
    "X-Request-Id: from-the-client",
    "X-Stainless-Lang: java",
    "X-Secret: client",
    "Origin: https://app.example",
    "Referer: https://app.example/page",
    "User-Agent: client/1.0",
    "Accept-Encoding: gzip, br",
  };

  private final Bed bed = Bed.shared();

  @AfterEach
  void behaveAgain() {
    bed.simulator().respondNormally();
  }

  @ParameterizedTest
  @EnumSource
  void onlyAllowedHeadersReachTheProvider(Wire wire) {
    Tenant tenant = bed.tenantWithProviders();
    String id = Wire.newId();
    String[] headers = RawHttp.with(WHAT_MUST_NOT_PASS, Wire.mark(id));
    Reply reply =
        wire.ask(
            bed, tenant.key(), "gpt-4o", false, RawHttp.with(headers, "Accept: application/json"));
    assertThat(reply.status()).isEqualTo(200);
    RecordedRequest upstream = bed.upstream(id);
    assertThat(upstream.headerNames().stream().map(name -> name.toLowerCase(Locale.ROOT)))
        .containsExactlyInAnyOrder(
            "host",
            "content-type",
            "content-length",
            "accept",
            "accept-encoding",
            "user-agent",
            Bed.CLIENT_REQUEST_ID,
            wire == Wire.OPENAI
                ? "authorization"
                : wire == Wire.ANTHROPIC ? "x-api-key" : "x-goog-api-key");
    assertThat(upstream.header("host")).isEqualTo("127.0.0.1:" + bed.simulator().port());
    assertThat(upstream.header("accept-encoding")).isEqualTo("identity");
    assertThat(upstream.header("user-agent")).doesNotContain("client");
    assertThat(upstream.headers())
        .anySatisfy(header -> assertThat(header.value()).endsWith(Bed.PROVIDER_KEY));
  }

  @Test
  void theProvidersDocumentedHeadersPass() {
    Tenant tenant = bed.tenantWithProviders();
    String id = Wire.newId();
    Wire.ANTHROPIC.ask(
        bed,
        tenant.key(),
        "claude-sonnet-4-5",
        false,
        Wire.mark(id),
        "anthropic-version: 2023-06-01",
        "anthropic-beta: one,two");
    assertThat(bed.upstream(id).header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(bed.upstream(id).header("anthropic-beta")).isEqualTo("one,two");
  }

  @ParameterizedTest
  @EnumSource
  void theBodyReachesTheProviderAsItCame(Wire wire) {
    String id = Wire.newId();
    wire.ask(bed, bed.tenantWithProviders().key(), "gpt-4o", false, Wire.mark(id));
    assertThat(new String(bed.upstream(id).body(), UTF_8)).isEqualTo(wire.body("gpt-4o", false));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingOfTheProvidersAccountReachesTheClient(boolean streamed) {
    Tenant tenant = bed.tenantWithProviders();
    for (Wire wire : Wire.values()) {
      Reply reply = wire.ask(bed, tenant.key(), "sim-set-cookie", streamed);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headerNames())
          .doesNotContain(
              "set-cookie", "openai-organization", "anthropic-organization-id", "server");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theGatewaySaysWhoAnswered(boolean streamed) {
    Tenant tenant = bed.tenantWithProviders();
    for (Wire wire : Wire.values()) {
      Reply reply = wire.ask(bed, tenant.key(), "gpt-4o", streamed, "X-Request-Id: my-request.1_A");
      assertThat(reply.header("x-request-id")).isEqualTo("my-request.1_A");
      assertThat(reply.header("x-tollgate-provider")).isEqualTo(wire.provider());
      assertThat(reply.header("x-tollgate-model")).isEqualTo("gpt-4o");
      assertThat(reply.header("x-tollgate-overhead-ms")).matches("\\d+(\\.\\d+)?");
      assertThat(reply.header("x-tollgate-error-source")).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"has space", "<script>", "tgk_abc", "x,y"})
  void aRequestIdThatIsNotWellFormedIsReplaced(String presented) {
    Reply reply = bed.http().get("/v1/models", "X-Request-Id: " + presented);
    assertThat(reply.header("x-request-id")).isNotEqualTo(presented).matches("[A-Za-z0-9_.-]+");
  }

  @Test
  void whateverBytesAStreamHasArriveAsTheyWereSent() {
    byte[] body = new byte[40_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + i / 251);
    }
    int[] cuts = IntStream.range(1, 570).map(i -> i * 7 % 3 + i * 70).toArray();
    bed.simulator()
        .respondWith(
            Answer.scripted(
                200, List.of(new Header("content-type", "text/event-stream")), body, cuts));
    Tenant tenant = bed.tenantWithProviders();
    for (Wire wire : List.of(Wire.ANTHROPIC, Wire.GEMINI)) {
      Reply reply = wire.ask(bed, tenant.key(), "m", true);
      assertThat(reply.body()).isEqualTo(body);
      assertThat(reply.ended()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-split-utf8", "sim-drip", "sim-no-done", "sim-error-mid"})
  void aStreamIsPassedOnHoweverItIsCutAndEnded(String model) {
    Tenant.Key key = bed.tenantWithProviders().key();
    for (Wire wire : Wire.values()) {
      Reply reply = wire.ask(bed, key, model, true);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.ended()).as("%s %s", wire, model).isTrue();
      assertThat(reply.header("content-type")).startsWith("text/event-stream");
      assertThat(reply.text()).doesNotContain("�");
      if (model.equals("sim-no-done")) {
        assertThat(reply.text()).doesNotContain("[DONE]", "message_stop");
      }
      if (model.equals("sim-error-mid")) {
        assertThat(reply.text()).contains("Overloaded in the middle").doesNotContain("tollgate");
      }
    }
  }
}
