package dev.tollgate.gateway.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenIssuer;
import dev.tollgate.crypto.token.ProjectTokenVerifier;
import dev.tollgate.crypto.token.TokenAlgorithm;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.FeatureAccess;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.TokenKeys;
import dev.tollgate.gateway.support.InMemorySnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProjectTokenAuthenticatorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private final TokenSigningKey key = TokenSigningKey.generate(TokenAlgorithm.ES256);
  private final InMemorySnapshots snapshots = new InMemorySnapshots();
  private Instant now = START;
  private final ProjectTokenAuthenticator authenticator =
      new ProjectTokenAuthenticator(
          new ProjectTokenVerifier("tollgate", "tollgate-gateway", Duration.ofSeconds(60)),
          snapshots,
          () -> now);

  @BeforeEach
  void fill() {
    snapshots.put(new TokenKeys(Map.of(key.kid(), key.verificationKey())));
    putProject("org_1", null, Set.of());
  }

  private void putProject(
      String organizationId, @Nullable Instant revokedBefore, Set<String> revoked) {
    snapshots.put(
        new ProjectSnapshot(
            "prj_1", organizationId, List.of(), revokedBefore, revoked, List.of(), Map.of(), null));
  }

  private String token(String jti, Set<String> scope, @Nullable Long maxCost) {
    return new ProjectTokenIssuer("tollgate", "tollgate-gateway", key)
        .issue(
            new ProjectTokenClaims(
                "prj_1",
                "org_1",
                "production",
                jti,
                START,
                START,
                START.plusSeconds(600),
                scope,
                maxCost))
        .reveal(SecretAccess.granted());
  }

  private String token() {
    return token("jti_1", Set.of(), null);
  }

  private Authentication authenticate(String token) {
    Authentication outcome = authenticator.authenticate(token).block(PATIENCE);
    assertThat(outcome).isNotNull();
    return outcome;
  }

  private Caller admitted(String token) {
    Authentication outcome = authenticate(token);
    assertThat(outcome).isInstanceOf(Authentication.Authenticated.class);
    return ((Authentication.Authenticated) outcome).caller();
  }

  private void expectRefused(String token, ErrorCode code) {
    Authentication outcome = authenticate(token);
    assertThat(outcome).isInstanceOf(Authentication.Rejected.class);
    assertThat(((Authentication.Rejected) outcome).rejection().code()).isEqualTo(code);
  }

  @Test
  void admitsAValidTokenAgainAndAgain() {
    String token = token();

    assertThat(admitted(token)).isEqualTo(admitted(token));
    assertThat(admitted(token).tokenId()).isEqualTo("jti_1");
    assertThat(admitted(token).keyId()).isNull();
    assertThat(admitted(token).projectIds()).containsExactly("prj_1");
    assertThat(admitted(token).environment()).isEqualTo("production");
  }

  @Test
  void refusesNoise() {
    expectRefused("", ErrorCode.INVALID_API_KEY);
    expectRefused("a.b.c", ErrorCode.INVALID_API_KEY);
    expectRefused("x".repeat(5000), ErrorCode.INVALID_API_KEY);
    expectRefused(token() + "x", ErrorCode.INVALID_API_KEY);
  }

  @Test
  void refusesATokenThatWasAdmittedBeforeItWasRevoked() {
    String token = token();
    admitted(token);

    putProject("org_1", null, Set.of("jti_1"));

    expectRefused(token, ErrorCode.KEY_REVOKED);
    assertThat(admitted(token("jti_2", Set.of(), null)).tokenId()).isEqualTo("jti_2");
  }

  @Test
  void refusesATokenThatWasAdmittedBeforeAllWereRevoked() {
    String token = token();
    admitted(token);

    putProject("org_1", START.plusSeconds(1), Set.of());

    expectRefused(token, ErrorCode.KEY_REVOKED);
  }

  @Test
  void refusesATokenThatWasAdmittedBeforeItsKeyWasTakenAway() {
    String token = token();
    admitted(token);

    snapshots.put(new TokenKeys(Map.of()));

    expectRefused(token, ErrorCode.INVALID_API_KEY);
  }

  @Test
  void refusesATokenThatWasAdmittedBeforeItExpired() {
    String token = token();
    admitted(token);

    now = START.plusSeconds(600 + 60);

    expectRefused(token, ErrorCode.KEY_EXPIRED);
  }

  @Test
  void refusesATokenWhoseProjectIsGoneOrAnothers() {
    String token = token();
    putProject("org_2", null, Set.of());

    expectRefused(token, ErrorCode.INVALID_API_KEY);
  }

  @Test
  void narrowsTheCallerToTheScope() {
    Caller narrowed = admitted(token("jti_1", Set.of("embeddings"), null));
    AppliedPolicies policies = AppliedPolicies.of(List.of(), narrowed.policies());

    assertThat(FeatureAccess.refusal(policies, Features.of(Feature.EMBEDDINGS))).isNull();
    assertThat(FeatureAccess.refusal(policies, Features.of(Feature.STREAMING))).isNull();
    assertThat(FeatureAccess.refusal(policies, Features.of(Feature.CHAT_COMPLETION)))
        .returns("chat_completion", Rejection::param);
    assertThat(admitted(token()).policies()).isEmpty();
  }

  @Test
  void tellsWhatATokenMayCost() {
    assertThat(admitted(token("jti_2", Set.of(), 1L)).maxCostMicroUsd()).isEqualTo(1);
    assertThat(admitted(token()).maxCostMicroUsd()).isNull();
  }

  @Test
  void doesNotJudgeWhileTheDatabaseIsAway() {
    String token = token();
    admitted(token);

    snapshots.setAvailable(false);

    expectRefused(token, ErrorCode.SERVICE_UNAVAILABLE);
    expectRefused("a.b.c", ErrorCode.SERVICE_UNAVAILABLE);
  }
}
