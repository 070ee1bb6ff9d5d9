package dev.tollgate.crypto.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.SignatureVerification.Invalid;
import dev.tollgate.crypto.signature.SignatureVerification.Missing;
import dev.tollgate.crypto.signature.SignatureVerification.TimestampOutOfRange;
import dev.tollgate.crypto.signature.SignatureVerification.Valid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignatureTest {

  private static final String TIMESTAMP = "1767225600";
  private static final Instant NOW = Instant.ofEpochSecond(1767225600);
  private static final String NONCE = "nonce-0123456789";
  private static final String PATH = "/v1/chat/completions?x=%2F";
  private static final SignatureRequirements ALL =
      new SignatureRequirements(true, true, Duration.ofMinutes(5));
  private static final SignatureRequirements SIGNATURE_ONLY =
      new SignatureRequirements(false, false, Duration.ofMinutes(5));

  private final RequestSignature signature =
      new RequestSignature(SecretString.of(Vectors.text("signature.secret")));
  private final SignedRequest request =
      SignedRequest.of("POST", PATH, sha256(Vectors.text("signature.body")));

  @Test
  void signsTheCommittedVector() {
    assertThat(signature.sign(request, TIMESTAMP, NONCE))
        .isEqualTo(Vectors.text("signature.value"));
  }

  @Test
  void acceptsTheCommittedVectorAndHandsTheNonceOn() {
    assertThat(verify(TIMESTAMP, NONCE, Vectors.text("signature.value")))
        .isEqualTo(new Valid(NONCE));
  }

  @Test
  void acceptsUpperCaseHexadecimal() {
    String upper = "v1=" + Vectors.text("signature.value").substring(3).toUpperCase(Locale.ROOT);
    assertThat(verify(TIMESTAMP, NONCE, upper)).isEqualTo(new Valid(NONCE));
  }

  static Stream<Arguments> missingHeaders() {
    return Stream.of(
        Arguments.of(null, NONCE, "v1=00"),
        Arguments.of(TIMESTAMP, null, "v1=00"),
        Arguments.of(TIMESTAMP, NONCE, null),
        Arguments.of(null, null, null));
  }

  @ParameterizedTest
  @MethodSource("missingHeaders")
  void saysWhatIsMissing(
      @Nullable String timestamp, @Nullable String nonce, @Nullable String value) {
    assertThat(verify(timestamp, nonce, value)).isEqualTo(new Missing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v1=",
        "v2=6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa7",
        "V1=6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa7",
        "6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa7",
        " v1=6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa7",
        "v1=6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa",
        "v1=6c2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa70",
        "v1=gc2bf27e28a7944e98657c5f60cd4af86376381d5cf0e0bd88ac4446a24b7aa7",
        "v1=0000000000000000000000000000000000000000000000000000000000000000"
      })
  void refusesAnyOtherSignature(String value) {
    assertThat(verify(TIMESTAMP, NONCE, value)).isEqualTo(new Invalid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1767225600",
        "1767225600.0",
        "1e9",
        " 1767225600",
        "9999999999999",
        "x"
      })
  void refusesATimestampThatIsNoNumberOfSeconds(String timestamp) {
    assertThat(verify(timestamp, NONCE, signature.sign(request, timestamp, NONCE)))
        .isEqualTo(new Invalid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "123456789012345",
        "12345678901234567890123456789012345678901234567890123456789012345",
        "nonce 0123456789",
        "nonce-0123456789\n",
        "nonce-012345678ü",
        "nonce/0123456789"
      })
  void refusesANonceOfAnotherShape(String nonce) {
    assertThat(verify(TIMESTAMP, nonce, signature.sign(request, TIMESTAMP, nonce)))
        .isEqualTo(new Invalid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1234567890123456",
        "1234567890123456789012345678901234567890123456789012345678901234",
        "AZaz09-_.~AZaz09"
      })
  void acceptsNoncesOfSixteenToSixtyFourUrlSafeCharacters(String nonce) {
    assertThat(verify(TIMESTAMP, nonce, signature.sign(request, TIMESTAMP, nonce)))
        .isEqualTo(new Valid(nonce));
  }

  @ParameterizedTest
  @CsvSource({"-301,false", "-300,true", "0,true", "300,true", "301,false", "-1000000,false"})
  void timestampMayLieOneAgeAwayInEitherDirection(long offsetSeconds, boolean accepted) {
    SignatureVerification result =
        signature.verify(request, signedHeaders(), ALL, NOW.plusSeconds(offsetSeconds));
    assertThat(result).isEqualTo(accepted ? new Valid(NONCE) : new TimestampOutOfRange());
  }

  static Stream<SignedRequest> otherRequests() {
    byte[] body = sha256(Vectors.text("signature.body"));
    return Stream.of(
        SignedRequest.of("GET", PATH, body),
        SignedRequest.of("post", PATH, body),
        SignedRequest.of("POST", "/v1/chat/completions?x=/", body),
        SignedRequest.of("POST", "/v1/chat/completions", body),
        SignedRequest.of("POST", PATH + "&y=1", body),
        SignedRequest.of("POST", PATH, sha256("")),
        SignedRequest.of("POST", PATH, sha256("{\"model\":\"gpt-4\"}")));
  }

  @ParameterizedTest
  @MethodSource("otherRequests")
  void refusesAnyOtherRequest(SignedRequest other) {
    assertThat(signature.verify(other, signedHeaders(), ALL, NOW)).isEqualTo(new Invalid());
  }

  @Test
  void refusesAnotherTimestampOrNonceThanWasSigned() {
    String value = Vectors.text("signature.value");
    assertThat(verify("1767225601", NONCE, value)).isEqualTo(new Invalid());
    assertThat(verify(TIMESTAMP, "nonce-0123456780", value)).isEqualTo(new Invalid());
  }

  @Test
  void refusesAnotherSecret() {
    RequestSignature other = new RequestSignature(RequestSignature.generateSecret());
    assertThat(other.verify(request, signedHeaders(), ALL, NOW)).isEqualTo(new Invalid());
  }

  /**
   * Both requests would be the same text, one with the line break in the path, one with it between
   * the parts.
   */
  @Test
  void refusesLineBreaksThatWouldMakeTwoRequestsOneText() {
    SignedRequest broken = SignedRequest.of("POST", "/a\n/b", sha256(""));
    SignedRequest brokenMethod = SignedRequest.of("POST\n/a", "/b", sha256(""));
    String value = signature.sign(broken, TIMESTAMP, NONCE);
    SignatureHeaders headers = new SignatureHeaders(TIMESTAMP, NONCE, value);

    assertThat(signature.sign(brokenMethod, TIMESTAMP, NONCE)).isEqualTo(value);
    assertThat(signature.verify(broken, headers, ALL, NOW)).isEqualTo(new Invalid());
    assertThat(signature.verify(brokenMethod, headers, ALL, NOW)).isEqualTo(new Invalid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a b", "/\u00e9", "/\uD800", "/a\r", "/\u0000"})
  void refusesTargetsThatHttpDoesNotKnow(String target) {
    SignedRequest odd = SignedRequest.of("POST", target, sha256(""));
    String value = signature.sign(odd, TIMESTAMP, NONCE);
    assertThat(signature.verify(odd, new SignatureHeaders(TIMESTAMP, NONCE, value), ALL, NOW))
        .isEqualTo(new Invalid());
  }

  @Test
  void whatIsNotRequiredMayBeAbsentAndIsSignedAsEmpty() {
    SignatureHeaders headers = new SignatureHeaders(null, null, signature.sign(request, "", ""));
    assertThat(signature.verify(request, headers, SIGNATURE_ONLY, NOW)).isEqualTo(new Valid(null));
  }

  @Test
  void whatIsNotRequiredIsCheckedIfItIsSent() {
    SignatureHeaders stripped = new SignatureHeaders(null, null, Vectors.text("signature.value"));
    Instant late = NOW.plusSeconds(301);

    assertThat(signature.verify(request, stripped, SIGNATURE_ONLY, NOW)).isEqualTo(new Invalid());
    assertThat(signature.verify(request, signedHeaders(), SIGNATURE_ONLY, late))
        .isEqualTo(new TimestampOutOfRange());
  }

  @Test
  void secretsAreNewEachTime() {
    SecretString secret = RequestSignature.generateSecret();
    assertThat(secret.reveal(SecretAccess.granted())).matches("tgs_[A-Za-z0-9_-]{43}");
    assertThat(secret).isNotEqualTo(RequestSignature.generateSecret());
  }

  @Test
  void refusesWhatIsNoHashAndNoAge() {
    assertThatThrownBy(() -> new SignedRequest("GET", "/", "ABC"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SignedRequest.of("GET", "/", new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SignatureRequirements(true, true, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private SignatureHeaders signedHeaders() {
    return new SignatureHeaders(TIMESTAMP, NONCE, Vectors.text("signature.value"));
  }

  private SignatureVerification verify(
      @Nullable String timestamp, @Nullable String nonce, @Nullable String value) {
    return signature.verify(request, new SignatureHeaders(timestamp, nonce, value), ALL, NOW);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
