package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.Answer;
import dev.tollgate.deploy.simulator.Delivery;
import dev.tollgate.deploy.simulator.Ending;
import dev.tollgate.deploy.simulator.Header;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees when its provider fails in one of the many ways there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderFailuresIT {

  private final Bed bed = Bed.shared();
  private Tenant.Key key;
  private Tenant.Key impatient;

  @BeforeAll
  void makeKeys() {
    key = bed.tenantWithProviders().key();
    Tenant tenant = bed.tenantWithProviders();
    for (Wire wire : Wire.values()) {
      tenant.withTimeouts(wire.provider(), "{'first_byte_ms':400,'between_chunks_ms':400}");
    }
    impatient = tenant.key();
  }

  @AfterEach
  void behaveAgain() {
    bed.simulator().respondNormally();
  }

  @ParameterizedTest
  @EnumSource
  void aRedirectIsNotFollowed(Wire wire) {
    String id = Wire.newId();
    Reply reply = wire.ask(bed, key, "sim-redirect", false, Wire.mark(id));
    assertFailure(wire, reply, 502, "provider_unavailable");
    assertThat(reply.header("location")).isNull();
    assertThat(bed.upstreams(id)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"401, false", "403, false", "401, true", "403, true"})
  void aRefusalOfOurCredentialIsNotTheClients(int status, boolean streamed) {
    for (Wire wire : Wire.values()) {
      Reply reply = wire.ask(bed, key, "sim-" + status, streamed);
      assertFailure(wire, reply, 502, "provider_auth_failed");
      assertThat(reply.text()).doesNotContain("The simulator was asked for this");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-reset", "sim-garbage"})
  void noHttpAnswerIsAProviderThatIsNotThere(String model) {
    for (Wire wire : Wire.values()) {
      for (boolean streamed : new boolean[] {false, true}) {
        Reply reply = wire.ask(bed, key, model, streamed);
        assertFailure(wire, reply, 502, "provider_unavailable");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedConnectionIsAProviderThatIsNotThere(Wire wire) throws IOException {
    Tenant tenant = bed.tenant().withProvider(wire.provider(), nobodyThere(), Bed.PROVIDER_KEY);
    Reply reply = wire.ask(bed, tenant.key(), "m", false);
    assertFailure(wire, reply, 502, "provider_unavailable");
  }

  @ParameterizedTest
  @EnumSource
  void aStallBeforeTheAnswerIsATimeout(Wire wire) {
    int cancelled = bed.simulator().cancelled();
    Reply reply = wire.ask(bed, impatient, "sim-stall-before-head", true);
    assertFailure(wire, reply, 504, "provider_timeout");
    await().until(() -> bed.simulator().cancelled() > cancelled);
  }

  @ParameterizedTest
  @EnumSource
  void aStallWithinAStreamEndsItWithAnErrorEventAndAnAbort(Wire wire) {
    Reply reply = wire.ask(bed, impatient, "sim-stall-mid", true);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).startsWith(wire == Wire.ANTHROPIC ? "event: " : "data: ");
    assertThat(wire.codeOfLastEvent(reply)).isEqualTo("provider_timeout");
    assertThat(reply.ended()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aCutWithinAStreamEndsItWithAnErrorEventAndAnAbort(Wire wire) {
    Reply reply = wire.ask(bed, key, "sim-cut-mid-event", true);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(wire.codeOfLastEvent(reply)).isEqualTo("provider_unavailable");
    assertThat(reply.text()).contains("\n\n" + (wire == Wire.ANTHROPIC ? "event: error" : "data:"));
    assertThat(reply.ended()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aCutWithinADocumentIsAnAbortToo(Wire wire) {
    List<Header> headers = List.of(new Header("content-type", "application/json"));
    Answer half = Answer.scripted(200, headers, "{\"half\":".getBytes(UTF_8));
    bed.simulator().respondWith(half.delivered(Delivery.PROMPT.ending(Ending.ABORT)));
    Reply reply = wire.ask(bed, key, "m", false);
    assertThat(reply.status() != 200 || !reply.ended()).as(reply.text()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"400", "404", "409", "422", "429", "500", "502", "503", "529"})
  void anAnswerWithAnyOtherStatusIsTheClients(int status) {
    for (Wire wire : Wire.values()) {
      Reply reply = wire.ask(bed, key, "sim-" + status, status % 2 == 0);
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.text()).contains("The simulator was asked for this.");
      assertThat(reply.header("content-type")).isEqualTo("application/json");
      assertThat(reply.header("x-tollgate-error-source")).isEqualTo("provider");
      boolean later = status == 429 || status == 503 || status == 529;
      assertThat(reply.header("retry-after")).isEqualTo(later ? "7" : null);
      assertThat(reply.header("x-should-retry")).isEqualTo(later ? "true" : null);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPageOfHtmlIsTheClientsToo(Wire wire) {
    Reply reply = wire.ask(bed, key, "sim-html-502", false);
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("content-type")).isEqualTo("text/html");
    assertThat(reply.text()).contains("<h", "Bad Gateway");
    assertThat(reply.header("x-tollgate-error-source")).isEqualTo("provider");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesBeforeTheAnswerCancelsTheCall(Wire wire) {
    int cancelled = bed.simulator().cancelled();
    String id = Wire.newId();
    try (RawHttp.Exchange exchange =
        wire.open(bed, key, "sim-stall-before-head", true, Wire.mark(id))) {
      await().until(() -> !bed.upstreams(id).isEmpty());
      assertThat(exchange).isNotNull();
    }
    await().until(() -> bed.simulator().cancelled() > cancelled);
  }

  private static void assertFailure(Wire wire, Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(wire.code(reply)).isEqualTo(code);
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.header("x-tollgate-error-source")).isEqualTo("gateway");
    assertThat(reply.ended()).isTrue();
  }

  private static URI nobodyThere() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + taken.getLocalPort());
    }
  }
}
