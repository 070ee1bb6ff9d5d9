package dev.tollgate.gateway.snapshot;

import dev.tollgate.gateway.policy.CompiledPolicy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as its last change left it. Whether it may be used depends on the time as well: see
 * {@link #stateAt}.
 *
 * @param teamId whose use its own counts towards; null: no team's
 * @param projectIds the projects that it may use, at least one unless all were deleted
 * @param environment the environment whose services and credentials it is served by; null: those of
 *     no environment
 * @param disabled until {@code autoEnableAt}, if that is set
 * @param digestValidUntil the end of a rotated key's grace period; null for the current value
 * @param policies its team's document and its own
 * @param metadata a JSON object, echoed in usage rows
 * @param signingSecrets what its requests may be signed with, the current one first
 */
public record KeySnapshot(
    String keyId,
    String organizationId,
    @Nullable String teamId,
    List<String> projectIds,
    @Nullable String environment,
    @Nullable Instant expiresAt,
    boolean disabled,
    @Nullable Instant autoEnableAt,
    @Nullable Instant revokedAt,
    boolean pendingApproval,
    @Nullable Instant digestValidUntil,
    List<CompiledPolicy> policies,
    String metadata,
    List<SigningSecret> signingSecrets) {

  /** A key without a signing secret. */
  public KeySnapshot(
      String keyId,
      String organizationId,
      @Nullable String teamId,
      List<String> projectIds,
      @Nullable String environment,
      @Nullable Instant expiresAt,
      boolean disabled,
      @Nullable Instant autoEnableAt,
      @Nullable Instant revokedAt,
      boolean pendingApproval,
      @Nullable Instant digestValidUntil,
      List<CompiledPolicy> policies,
      String metadata) {
    this(
        keyId,
        organizationId,
        teamId,
        projectIds,
        environment,
        expiresAt,
        disabled,
        autoEnableAt,
        revokedAt,
        pendingApproval,
        digestValidUntil,
        policies,
        metadata,
        List.of());
  }

  /** What a key is at one moment. */
  public enum State {
    ACTIVE,
    EXPIRED,
    DISABLED,
    REVOKED,
    PENDING_APPROVAL;

    static State of(
        @Nullable Instant revokedAt,
        @Nullable Instant expiresAt,
        boolean disabled,
        @Nullable Instant autoEnableAt,
        boolean pendingApproval,
        Instant now) {
      if (hasPassed(revokedAt, now)) {
        return REVOKED;
      }
      if (hasPassed(expiresAt, now)) {
        return EXPIRED;
      }
      if (disabled && !hasPassed(autoEnableAt, now)) {
        return DISABLED;
      }
      return pendingApproval ? PENDING_APPROVAL : ACTIVE;
    }
  }

  /** The state at {@code now}; the final ones win over those that can still change. */
  public State stateAt(Instant now) {
    Instant end = earlier(expiresAt, digestValidUntil);
    return State.of(revokedAt, end, disabled, autoEnableAt, pendingApproval, now);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  private static boolean hasPassed(@Nullable Instant moment, Instant now) {
    return moment != null && !now.isBefore(moment);
  }
}
