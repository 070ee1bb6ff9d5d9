package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.token.TokenVerification.Invalid;
import dev.tollgate.crypto.token.TokenVerification.Valid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every refusal of spec/gateway.md. Each token here is properly signed with the right key, unless
 * the case is about the signature, so that nothing but the named fault can be what refuses it.
 */
class ProjectTokenRefusalTest {

  private static final TokenSigningKey KEY = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
  private static final TokenSigningKey P256 = TokenSigningKey.generate(TokenAlgorithm.ES256);
  private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600);
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"typ\":\"tgt+jwt\"}";
  private static final String CLAIMS =
      "{\"iss\":\"tollgate\",\"aud\":\"tollgate-gateway\",\"sub\":\"prj_1\",\"org\":\"org_1\",\"env\":\"staging\","
          + "\"jti\":\"tok_1\",\"iat\":1767225600,\"nbf\":1767225600,\"exp\":1767312000,"
          + "\"scope\":[\"chat_completion\"],\"max_cost\":1.5}";
  private static final ProjectTokenVerifier VERIFIER =
      new ProjectTokenVerifier("tollgate", "tollgate-gateway", ProjectTokenVerifier.DEFAULT_SKEW);

  @Test
  void theUnchangedTokenIsAccepted() {
    assertThat(verify(signed(HEADER, CLAIMS))).isInstanceOf(Valid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"alg":"none","kid":"KID","typ":"tgt+jwt"}                                    | ALGORITHM_NOT_ALLOWED
          {"alg":"None","kid":"KID","typ":"tgt+jwt"}                                    | ALGORITHM_NOT_ALLOWED
          {"alg":"","kid":"KID","typ":"tgt+jwt"}                                        | ALGORITHM_NOT_ALLOWED
          {"alg":"HS256","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":"RS256","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":"PS256","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":"ES384","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":"ES256K","kid":"KID","typ":"tgt+jwt"}                                  | ALGORITHM_NOT_ALLOWED
          {"alg":"Ed25519","kid":"KID","typ":"tgt+jwt"}                                 | ALGORITHM_NOT_ALLOWED
          {"alg":"eddsa","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":"ES256","kid":"KID","typ":"tgt+jwt"}                                   | ALGORITHM_NOT_ALLOWED
          {"alg":["EdDSA"],"kid":"KID","typ":"tgt+jwt"}                                 | ALGORITHM_NOT_ALLOWED
          {"alg":null,"kid":"KID","typ":"tgt+jwt"}                                      | ALGORITHM_NOT_ALLOWED
          {"kid":"KID","typ":"tgt+jwt"}                                                 | ALGORITHM_NOT_ALLOWED
          {"alg":"EdDSA","typ":"tgt+jwt"}                                               | KEY_ID_MISSING
          {"alg":"EdDSA","kid":null,"typ":"tgt+jwt"}                                    | KEY_ID_MISSING
          {"alg":"EdDSA","kid":7,"typ":"tgt+jwt"}                                       | KEY_ID_MISSING
          {"alg":"EdDSA","kid":"","typ":"tgt+jwt"}                                      | KEY_UNKNOWN
          {"alg":"EdDSA","kid":"other","typ":"tgt+jwt"}                                 | KEY_UNKNOWN
          {"alg":"EdDSA","kid":"KID"}                                                   | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":"JWT"}                                       | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":"at+jwt"}                                    | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":"TGT+JWT"}                                   | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":"application/tgt+jwt"}                       | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":["tgt+jwt"]}                                 | WRONG_TYPE
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","jku":"https://evil.example/jwks"} | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","x5u":"https://evil.example/cert"} | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","jwk":{"kty":"OKP"}}               | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","jwk":null}                        | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","x5c":["MII"]}                     | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","crit":["exp"]}                    | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","crit":[]}                         | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","b64":false}                       | HEADER_NOT_ALLOWED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt","zip":"DEF"}                       | HEADER_NOT_ALLOWED
          {"alg":"none","alg":"EdDSA","kid":"KID","typ":"tgt+jwt"}                      | MALFORMED
          {"alg":"EdDSA","kid":"KID","kid":"KID","typ":"tgt+jwt"}                       | MALFORMED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt"}{}                                 | MALFORMED
          {"alg":"EdDSA","kid":"KID","typ":"tgt+jwt",}                                  | MALFORMED
          ["EdDSA"]                                                                     | MALFORMED
          {}                                                                            | WRONG_TYPE
          """)
  void refusesTheHeader(String header, TokenRefusal reason) {
    assertThat(verify(signed(header, CLAIMS))).isEqualTo(new Invalid(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "sub", "org", "jti", "iat", "nbf", "exp"})
  void refusesAMissingClaim(String claim) {
    assertThat(withClaim(claim, "")).isEqualTo(new Invalid(TokenRefusal.CLAIM_MISSING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iss",
        "aud",
        "sub",
        "org",
        "env",
        "jti",
        "iat",
        "nbf",
        "exp",
        "scope",
        "max_cost"
      })
  void refusesANullClaim(String claim) {
    assertThat(withClaim(claim, "null")).isEqualTo(new Invalid(TokenRefusal.CLAIM_INVALID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "sub", "org", "env", "jti", "iat", "nbf", "exp", "scope"})
  void refusesAClaimOfAnotherType(String claim) {
    for (String value : new String[] {"true", "{}", "[7]", "[[]]", "{\"a\":\"b\"}"}) {
      assertThat(withClaim(claim, value)).isEqualTo(new Invalid(TokenRefusal.CLAIM_INVALID));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"env", "scope", "max_cost"})
  void acceptsThatAnOptionalClaimIsAbsent(String claim) {
    assertThat(withClaim(claim, "")).isInstanceOf(Valid.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iat", "nbf", "exp"})
  void refusesTimesThatAreNoWholeSeconds(String claim) {
    for (String value :
        new String[] {
          "1767225600.0",
          "1767225600.5",
          "-1",
          "-0",
          "1.7672256e9",
          "17e8",
          "\"1767225600\"",
          "\"2026-01-01\"",
          "9999999999999",
          "99999999999999999999999999",
          "1e400",
          "253402300800000"
        }) {
      assertThat(withClaim(claim, value))
          .as(value)
          .isEqualTo(new Invalid(TokenRefusal.CLAIM_INVALID));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          iss      | "other"                          | WRONG_ISSUER
          iss      | "Tollgate"                       | WRONG_ISSUER
          iss      | ""                               | WRONG_ISSUER
          aud      | "other"                          | WRONG_AUDIENCE
          aud      | ""                               | WRONG_AUDIENCE
          aud      | []                               | WRONG_AUDIENCE
          aud      | ["other","more"]                 | WRONG_AUDIENCE
          aud      | ["tollgate-gateway",7]           | CLAIM_INVALID
          sub      | ""                               | CLAIM_INVALID
          org      | ""                               | CLAIM_INVALID
          env      | ""                               | CLAIM_INVALID
          jti      | ""                               | CLAIM_INVALID
          scope    | []                               | CLAIM_INVALID
          scope    | [""]                             | CLAIM_INVALID
          scope    | "chat_completion"                | CLAIM_INVALID
          max_cost | -1                               | CLAIM_INVALID
          max_cost | 0.0000001                        | CLAIM_INVALID
          max_cost | 1e3                              | CLAIM_INVALID
          max_cost | 1e999999999                      | CLAIM_INVALID
          max_cost | 99999999999999999999             | CLAIM_INVALID
          max_cost | true                             | CLAIM_INVALID
          exp      | 1767225600                       | CLAIM_INVALID
          exp      | 253402300800                     | CLAIM_INVALID
          exp      | 0                                | CLAIM_INVALID
          nbf      | 1767225661                       | NOT_YET_VALID
          iat      | 1767225661                       | NOT_YET_VALID
          nbf      | 1767312000                       | CLAIM_INVALID
          """)
  void refusesTheClaim(String claim, String value, TokenRefusal reason) {
    assertThat(withClaim(claim, value)).isEqualTo(new Invalid(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          aud      | ["other","tollgate-gateway"]
          nbf      | 1767225660
          iat      | 1767225660
          nbf      | 0
          max_cost | "0.000001"
          max_cost | 0
          exp      | 253402300799
          """)
  void acceptsTheClaim(String claim, String value) {
    assertThat(withClaim(claim, value)).isInstanceOf(Valid.class);
  }

  @Test
  void refusesAnExpiredToken() {
    String old = CLAIMS.replace("\"iat\":1767225600,\"nbf\":1767225600", "\"iat\":1,\"nbf\":1");
    assertThat(verify(signed(HEADER, old.replace("1767312000", "1767225540"))))
        .isEqualTo(new Invalid(TokenRefusal.EXPIRED));
    assertThat(verify(signed(HEADER, old.replace("1767312000", "1767225541"))))
        .isInstanceOf(Valid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"iss\":\"tollgate\"",
        "{\"iss\":\"tollgate\"} ,",
        "{\"iss\":\"tollgate\",\"iss\":\"tollgate\"}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "{\"x\":[[[[[[[[[[[]]]]]]]]]]]}",
        "{'iss':'tollgate'}",
        "{\"iss\":NaN}",
        "\uFEFF{}"
      })
  void refusesAPayloadThatIsNotStrictJson(String payload) {
    assertThat(verify(signed(HEADER, payload))).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
  }

  @Test
  void refusesEveryDuplicateClaim() {
    for (String claim : new String[] {"iss", "sub", "exp", "max_cost", "unknown"}) {
      String twice = CLAIMS.replaceFirst("}$", ",\"unknown\":1,\"" + claim + "\":1}");
      assertThat(verify(signed(HEADER, twice))).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    }
  }

  @Test
  void ignoresClaimsItDoesNotKnow() {
    String more = CLAIMS.replaceFirst("}$", ",\"unknown\":{\"a\":[1,null]}}");
    assertThat(verify(signed(HEADER, more))).isInstanceOf(Valid.class);
  }

  @Test
  void refusesPayloadBytesThatAreNotUtf8() {
    byte[] latin1 = CLAIMS.replace("staging", "st\u00e4ging").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(
            verify(
                signed(HEADER.replace("KID", KEY.kid()).getBytes(StandardCharsets.UTF_8), latin1)))
        .isEqualTo(new Invalid(TokenRefusal.MALFORMED));
  }

  @Test
  void takesFourKibibytesAndNoMore() {
    // base64url skips every fourth length, and 4096 is one of those
    assertThat(verify(ofLength(4095))).isInstanceOf(Valid.class);
    assertThat(verify(ofLength(4097))).isEqualTo(new Invalid(TokenRefusal.TOO_LONG));
    assertThat(verify("a".repeat(4096))).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify("a".repeat(4097))).isEqualTo(new Invalid(TokenRefusal.TOO_LONG));
    assertThat(verify("a".repeat(10_000_000))).isEqualTo(new Invalid(TokenRefusal.TOO_LONG));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "e30.e30.",
        "ü.ü.ü",
        "e30.e30.e30.e30.e30"
      })
  void refusesWhatIsNoToken(String token) {
    assertThat(verify(token)).isInstanceOf(Invalid.class);
  }

  @Test
  void refusesOtherSpellingsOfTheSameBytes() {
    String token = signed(HEADER, CLAIMS);
    String header = token.substring(0, token.indexOf('.'));
    String rest = token.substring(token.indexOf('.'));
    assertThat(verify(token + "=")).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(token + "==")).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(header + "=" + rest)).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(token + "\n")).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(" " + token)).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(token + ".")).isEqualTo(new Invalid(TokenRefusal.MALFORMED));
    assertThat(verify(withStrayBitsInSignature(token)))
        .isEqualTo(new Invalid(TokenRefusal.MALFORMED));
  }

  @Test
  void refusesStrippedAndForeignSignatures() {
    String token = signed(HEADER, CLAIMS);
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    TokenSigningKey foreign = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
    String input = unsigned.substring(0, unsigned.length() - 1);
    assertThat(verify(unsigned)).isEqualTo(new Invalid(TokenRefusal.SIGNATURE_INVALID));
    assertThat(verify(unsigned + "AAAA")).isEqualTo(new Invalid(TokenRefusal.SIGNATURE_INVALID));
    assertThat(verify(unsigned + "A".repeat(86)))
        .isEqualTo(new Invalid(TokenRefusal.SIGNATURE_INVALID));
    assertThat(verify(unsigned + foreign.sign(ascii(input))))
        .isEqualTo(new Invalid(TokenRefusal.SIGNATURE_INVALID));
  }

  /** CVE-2022-21449: an ECDSA signature of zeros once verified for every message. */
  @Test
  void refusesTheSignatureOfZerosAndDerOnP256() {
    String header = "{\"alg\":\"ES256\",\"kid\":\"" + P256.kid() + "\",\"typ\":\"tgt+jwt\"}";
    String input = base64url(header) + "." + base64url(CLAIMS);
    assertThat(verify(input + "." + P256.sign(ascii(input)))).isInstanceOf(Valid.class);
    for (String signature :
        new String[] {"A".repeat(86), "", "MEUCIQ", base64url("x".repeat(70))}) {
      assertThat(verify(input + "." + signature))
          .isEqualTo(new Invalid(TokenRefusal.SIGNATURE_INVALID));
    }
  }

  /** The classic confusion: the public key, which everybody can fetch, used as an HMAC secret. */
  @Test
  void refusesAMacUnderThePublicKey() throws Exception {
    String header = "{\"alg\":\"HS256\",\"kid\":\"" + KEY.kid() + "\",\"typ\":\"tgt+jwt\"}";
    String input = base64url(header) + "." + base64url(CLAIMS);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(ascii(KEY.publicJwk()), "HmacSHA256"));
    String token =
        input
            + "."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(ascii(input)));
    assertThat(verify(token)).isEqualTo(new Invalid(TokenRefusal.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  void refusesTheOtherAlgorithmOfAKnownKey() {
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + P256.kid() + "\",\"typ\":\"tgt+jwt\"}";
    String input = base64url(header) + "." + base64url(CLAIMS);
    assertThat(verify(input + "." + P256.sign(ascii(input))))
        .isEqualTo(new Invalid(TokenRefusal.ALGORITHM_NOT_ALLOWED));
  }

  /** Replaces the claim's value; the empty value removes the claim. */
  private static TokenVerification withClaim(String claim, String value) {
    String member = "\"" + claim + "\":(\"[^\"]*\"|\\[[^]]*]|[0-9.]+),?";
    String replacement = value.isEmpty() ? "" : "\"" + claim + "\":" + value + ",";
    String changed = CLAIMS.replaceFirst(member, replacement).replace(",}", "}");
    assertThat(changed).isNotEqualTo(CLAIMS);
    return verify(signed(HEADER, changed));
  }

  private static TokenVerification verify(String token) {
    return VERIFIER.verify(token, ProjectTokenRefusalTest::keyOf, NOW);
  }

  private static @Nullable TokenVerificationKey keyOf(String kid) {
    if (kid.equals(KEY.kid())) {
      return KEY.verificationKey();
    }
    return kid.equals(P256.kid()) ? P256.verificationKey() : null;
  }

  private static String signed(String header, String payload) {
    return signed(
        header.replace("KID", KEY.kid()).getBytes(StandardCharsets.UTF_8),
        payload.getBytes(StandardCharsets.UTF_8));
  }

  private static String signed(byte[] header, byte[] payload) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String input = encoder.encodeToString(header) + "." + encoder.encodeToString(payload);
    return input + "." + KEY.sign(ascii(input));
  }

  private static String ofLength(int length) {
    int padding = (length - signed(HEADER, padded(0)).length()) * 3 / 4;
    return IntStream.rangeClosed(padding - 1, padding + 1)
        .mapToObj(near -> signed(HEADER, padded(near)))
        .filter(token -> token.length() == length)
        .findFirst()
        .orElseThrow();
  }

  private static String padded(int length) {
    return CLAIMS.replaceFirst("}$", ",\"pad\":\"" + "x".repeat(length) + "\"}");
  }

  /**
   * 64 bytes are 85 characters and a third: the last one carries four bits that decoders ignore.
   */
  private static String withStrayBitsInSignature(String token) {
    char last = token.charAt(token.length() - 1);
    return token.substring(0, token.length() - 1) + (char) (last + 1);
  }

  private static String base64url(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
