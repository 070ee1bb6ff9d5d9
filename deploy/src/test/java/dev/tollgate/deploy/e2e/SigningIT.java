package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Keys that must sign, from their making to the end of their secrets, as a client sees them. */
class SigningIT {

  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);
  private static final Duration GRACE_BOUND = Duration.ofSeconds(30);
  private static final String SECRET = "tgs_[A-Za-z0-9_-]{43}";
  private static final String MODEL = "sim-plain";
  private static final String SIGNED =
      "'security':{'authentication':{'require_signature':true,'require_timestamp':true,"
          + "'max_timestamp_age':300,'require_nonce':true}}";

  private final Bed bed = Bed.shared();
  private Tenant tenant;

  @BeforeEach
  void makeTenant() {
    tenant = bed.tenantWithProviders();
  }

  private Reply ask(Wire wire, Tenant.Key key, boolean streamed, @Nullable Signature signature) {
    byte[] body = wire.body(MODEL, streamed).getBytes(UTF_8);
    String path = wire.path(MODEL, streamed);
    List<String> headers =
        signature == null ? List.of() : signature.headers("POST", path, body, key.signingSecret());
    return wire.ask(bed, key, MODEL, streamed, headers.toArray(String[]::new));
  }

  private int status(Tenant.Key key) {
    return ask(Wire.OPENAI, key, false, Signature.right()).status();
  }

  private void expectRefused(
      Wire wire, Tenant.Key key, @Nullable Signature signature, String code) {
    Reply reply = ask(wire, key, true, signature);
    assertThat(reply.status()).as(reply.text()).isEqualTo(401);
    assertThat(wire.isErrorOf(reply)).as(reply.text()).isTrue();
    assertThat(wire.code(reply)).as(reply.text()).isEqualTo(code);
    assertThat(reply.header("x-tollgate-error-source")).isEqualTo("gateway");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void streamsWhatIsSignedAndRefusesTheRestInTheShapeOfTheProtocol(Wire wire) {
    Tenant.Key key = tenant.key("," + SIGNED);
    assertThat(key.signingSecret()).matches(SECRET);

    Signature once = Signature.right();
    Reply stream = ask(wire, key, true, once);
    assertThat(stream.status()).as(stream.text()).isEqualTo(200);
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(stream.ended()).isTrue();
    assertThat(stream.text()).contains("data: ");

    expectRefused(wire, key, once, "nonce_replayed");
    expectRefused(wire, key, null, "signature_missing");
    expectRefused(wire, key, new Signature("HmacSHA256", 0, null), "signature_missing");
    expectRefused(wire, key, Signature.aged(400), "timestamp_out_of_range");
    expectRefused(wire, key, Signature.aged(-400), "timestamp_out_of_range");
    Tenant.Key stranger = tenant.key("," + SIGNED);
    expectRefused(
        wire, withSecret(key, stranger.signingSecret()), Signature.right(), "signature_invalid");
  }

  private static Tenant.Key withSecret(Tenant.Key key, @Nullable String secret) {
    return new Tenant.Key(key.id(), key.token(), secret);
  }

  @Test
  void takesTheOldSecretUntilTheEndOfTheGracePeriod() {
    Tenant.Key old = tenant.key("," + SIGNED);
    JsonNode rotated = rotate(old, "{'invalidate_old':false,'grace_period_hours':0.0025}");
    Tenant.Key rotatedKey =
        new Tenant.Key(old.id(), text(rotated, "key"), text(rotated, "signing_secret"));
    assertThat(rotatedKey.signingSecret()).matches(SECRET).isNotEqualTo(old.signingSecret());

    assertThat(status(old)).isEqualTo(200);
    await().atMost(CHANGE_BOUND).until(() -> status(rotatedKey) == 200);
    await().atMost(GRACE_BOUND).until(() -> status(old) == 401);
    expectRefused(
        Wire.OPENAI,
        withSecret(rotatedKey, old.signingSecret()),
        Signature.right(),
        "signature_invalid");
    assertThat(status(rotatedKey)).isEqualTo(200);
  }

  @Test
  void takesTheOldSecretNoLongerWhereItIsInvalidatedAtOnce() {
    Tenant.Key old = tenant.key("," + SIGNED);
    assertThat(status(old)).isEqualTo(200);
    JsonNode rotated = rotate(old, "{}");
    Tenant.Key rotatedKey =
        new Tenant.Key(old.id(), text(rotated, "key"), text(rotated, "signing_secret"));
    await().atMost(CHANGE_BOUND).until(() -> status(rotatedKey) == 200);
    expectRefused(
        Wire.OPENAI,
        withSecret(rotatedKey, old.signingSecret()),
        Signature.right(),
        "signature_invalid");
    assertThat(status(old)).isEqualTo(401);
  }

  private JsonNode rotate(Tenant.Key key, String body) {
    return bed.admin().post("/v1/keys/" + key.id() + "/rotate", body);
  }

  private static String text(JsonNode answer, String name) {
    return answer.path(name).asString();
  }

  @Test
  void givesASecretToAKeyThatMustSignFromNowOn() {
    Tenant.Key unsigned = tenant.key();
    assertThat(unsigned.signingSecret()).isNull();
    assertThat(ask(Wire.OPENAI, unsigned, false, null).status()).isEqualTo(200);

    JsonNode patched = bed.admin().patch("/v1/keys/" + unsigned.id(), "{" + SIGNED + "}");
    Tenant.Key signing = withSecret(unsigned, text(patched, "signing_secret"));
    assertThat(signing.signingSecret()).matches(SECRET);
    await()
        .atMost(CHANGE_BOUND)
        .until(() -> ask(Wire.OPENAI, unsigned, false, null).status() == 401);
    expectRefused(Wire.OPENAI, unsigned, null, "signature_missing");
    assertThat(status(signing)).isEqualTo(200);
    assertThat(bed.admin().get("/v1/keys/" + unsigned.id()).has("signing_secret")).isFalse();
  }
}
