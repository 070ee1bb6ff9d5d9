package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.TokenVerification.Invalid;
import dev.tollgate.crypto.token.TokenVerification.Valid;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProjectTokenTest {

  private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant EXPIRES = Instant.parse("2026-01-02T00:00:00Z");
  private static final ProjectTokenClaims COMMITTED =
      claims("production", Set.of("embeddings", "chat_completion"), 12_500_000L);
  private static final ProjectTokenVerifier VERIFIER =
      new ProjectTokenVerifier("tollgate", "tollgate-gateway", ProjectTokenVerifier.DEFAULT_SKEW);

  @TempDir private Path directory;

  /** Ed25519 signatures are deterministic, so the whole token is. */
  @Test
  void issuesTheCommittedToken() {
    TokenSigningKey key =
        TokenSigningKey.load(Vectors.secretFile("ed25519-signing-key.json", directory));
    assertThat(issue(key, COMMITTED)).isEqualTo(Vectors.text("token.ed25519"));
  }

  @ParameterizedTest
  @CsvSource({"token.ed25519, token.ed25519.jwk", "token.p256, token.p256.jwk"})
  void acceptsTheCommittedTokens(String token, String jwk) {
    TokenVerificationKey key = TokenVerificationKey.parse(Vectors.text(jwk));
    assertThat(VERIFIER.verify(Vectors.text(token), kid -> key, ISSUED))
        .isEqualTo(new Valid(COMMITTED));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsIssuedVerifies(TokenAlgorithm algorithm) {
    TokenSigningKey key = TokenSigningKey.generate(algorithm);
    ProjectTokenClaims bare = claims(null, Set.of(), null);

    assertThat(verify(key, issue(key, COMMITTED), ISSUED)).isEqualTo(new Valid(COMMITTED));
    assertThat(verify(key, issue(key, bare), ISSUED)).isEqualTo(new Valid(bare));
  }

  @Test
  void textThatJsonMustEscapeSurvives() {
    TokenSigningKey key = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
    ProjectTokenClaims odd = claims("a\"b\\c\nü🔑\u2028<&>", Set.of("ü", "\""), 1L);
    assertThat(verify(key, issue(key, odd), ISSUED)).isEqualTo(new Valid(odd));
  }

  @Test
  void namesItsKeyBeforeItIsVerified() {
    assertThat(ProjectTokenVerifier.keyIdOf(Vectors.text("token.ed25519")))
        .isEqualTo("test-ed25519");
    assertThat(ProjectTokenVerifier.keyIdOf("a.b.c")).isNull();
    assertThat(ProjectTokenVerifier.keyIdOf(Vectors.text("key.virtual"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "-61, NOT_YET_VALID",
    "-60, ",
    "0, ",
    "86400, ",
    "86459, ",
    "86460, EXPIRED",
    "9999999, EXPIRED"
  })
  void skewIsOneMinuteAtBothEnds(long secondsAfterIssue, @Nullable TokenRefusal refusal) {
    TokenVerificationKey key = TokenVerificationKey.parse(Vectors.text("token.ed25519.jwk"));
    TokenVerification result =
        VERIFIER.verify(
            Vectors.text("token.ed25519"), kid -> key, ISSUED.plusSeconds(secondsAfterIssue));
    assertThat(result).isEqualTo(refusal == null ? new Valid(COMMITTED) : new Invalid(refusal));
  }

  @Test
  void noChangedCharacterIsAccepted() {
    TokenVerificationKey key = TokenVerificationKey.parse(Vectors.text("token.ed25519.jwk"));
    String token = Vectors.text("token.ed25519");
    for (int position = 0; position < token.length(); position++) {
      char replacement = token.charAt(position) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, position) + replacement + token.substring(position + 1);
      assertThat(VERIFIER.verify(changed, kid -> key, ISSUED)).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void nothingCutIsAccepted() {
    TokenVerificationKey key = TokenVerificationKey.parse(Vectors.text("token.ed25519.jwk"));
    String token = Vectors.text("token.ed25519");
    for (int length = 0; length < token.length(); length++) {
      assertThat(VERIFIER.verify(token.substring(0, length), kid -> key, ISSUED))
          .isInstanceOf(Invalid.class);
    }
  }

  @Test
  void timesAreCutToWholeSeconds() {
    ProjectTokenClaims claims =
        new ProjectTokenClaims(
            "prj_1",
            "org_1",
            null,
            "tok_1",
            ISSUED.plusMillis(999),
            ISSUED.plusMillis(1),
            EXPIRES.plusNanos(1),
            Set.of(),
            null);
    assertThat(claims).isEqualTo(claims(null, Set.of(), null));
  }

  @Test
  void issuesNothingThatNobodyWouldTake() {
    TokenSigningKey key = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
    Set<String> longScope =
        IntStream.range(0, 64)
            .mapToObj(i -> ("" + (char) ('0' + i)).repeat(64))
            .collect(Collectors.toSet());
    ProjectTokenClaims tooMuch = claims(null, longScope, null);
    assertThatThrownBy(() -> issue(key, tooMuch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void claimsRefuseNonsense() {
    Set<String> tooMany = IntStream.range(0, 65).mapToObj(i -> "f" + i).collect(Collectors.toSet());
    assertThatThrownBy(() -> claims("", Set.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claims("e".repeat(129), Set.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claims(null, Set.of(""), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claims(null, tooMany, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claims(null, Set.of(), -1L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claimsAt(ISSUED, ISSUED, ISSUED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claimsAt(ISSUED, EXPIRES, EXPIRES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claimsAt(Instant.ofEpochSecond(-1), ISSUED, EXPIRES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> claimsAt(ISSUED, ISSUED, Instant.parse("+10000-01-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesANegativeSkew() {
    assertThatThrownBy(() -> new ProjectTokenVerifier("i", "a", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TokenVerification verify(TokenSigningKey key, String token, Instant now) {
    return VERIFIER.verify(token, kid -> kid.equals(key.kid()) ? key.verificationKey() : null, now);
  }

  private static String issue(TokenSigningKey key, ProjectTokenClaims claims) {
    SecretString token = new ProjectTokenIssuer("tollgate", "tollgate-gateway", key).issue(claims);
    return token.reveal(SecretAccess.granted());
  }

  private static ProjectTokenClaims claims(
      @Nullable String environment, Set<String> scope, @Nullable Long maxCostMicroUsd) {
    return new ProjectTokenClaims(
        "prj_1", "org_1", environment, "tok_1", ISSUED, ISSUED, EXPIRES, scope, maxCostMicroUsd);
  }

  private static ProjectTokenClaims claimsAt(
      Instant issuedAt, Instant notBefore, Instant expiresAt) {
    return new ProjectTokenClaims(
        "prj_1", "org_1", null, "tok_1", issuedAt, notBefore, expiresAt, Set.of(), null);
  }
}
