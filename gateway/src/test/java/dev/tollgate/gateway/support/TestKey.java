package dev.tollgate.gateway.support;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.SigningSecret;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A virtual key as a test describes it. Immutable: every method returns another one. */
public record TestKey(
    String keyId,
    List<String> projectIds,
    @Nullable Instant expiresAt,
    boolean disabled,
    @Nullable Instant revokedAt,
    @Nullable Instant digestValidUntil,
    List<CompiledPolicy> policies,
    List<SigningSecret> signingSecrets) {

  /** An active key of these projects, without a policy. */
  public static TestKey of(String keyId, String... projectIds) {
    return new TestKey(keyId, List.of(projectIds), null, false, null, null, List.of(), List.of());
  }

  public TestKey expiringAt(Instant end) {
    return new TestKey(
        keyId, projectIds, end, disabled, revokedAt, digestValidUntil, policies, signingSecrets);
  }

  public TestKey disabledNow() {
    return new TestKey(
        keyId, projectIds, expiresAt, true, revokedAt, digestValidUntil, policies, signingSecrets);
  }

  public TestKey revokedNow() {
    Instant now = Instant.now();
    return new TestKey(
        keyId, projectIds, expiresAt, disabled, now, digestValidUntil, policies, signingSecrets);
  }

  /** The value that is known of it has been replaced. */
  public TestKey rotatedNow() {
    Instant now = Instant.now();
    return new TestKey(
        keyId, projectIds, expiresAt, disabled, revokedAt, now, policies, signingSecrets);
  }

  public TestKey under(CompiledPolicy... documents) {
    return new TestKey(
        keyId,
        projectIds,
        expiresAt,
        disabled,
        revokedAt,
        digestValidUntil,
        List.of(documents),
        signingSecrets);
  }

  /** The current one first. */
  public TestKey signingWith(SigningSecret... secrets) {
    return new TestKey(
        keyId,
        projectIds,
        expiresAt,
        disabled,
        revokedAt,
        digestValidUntil,
        policies,
        List.of(secrets));
  }

  public KeySnapshot snapshot() {
    return new KeySnapshot(
        keyId,
        GatewayHarness.ORGANIZATION,
        null,
        projectIds,
        null,
        expiresAt,
        disabled,
        null,
        revokedAt,
        false,
        digestValidUntil,
        policies,
        "{}",
        signingSecrets);
  }
}
