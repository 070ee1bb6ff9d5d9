package dev.tollgate.gateway.snapshot;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with a virtual key, apart from its values: a rotation changes nothing here.
 *
 * @param projectIds the projects that it may use
 * @param disabled until {@code autoEnableAt}, if that is set
 * @param revokeImmediately whether a revocation ends streams in flight
 */
public record KeyStanding(
    String keyId,
    List<String> projectIds,
    @Nullable Instant expiresAt,
    boolean disabled,
    @Nullable Instant autoEnableAt,
    @Nullable Instant revokedAt,
    boolean pendingApproval,
    boolean revokeImmediately) {

  /** Whether it was revoked in such a way that streams in flight may run to their end. */
  public boolean spares(Instant now) {
    return !revokeImmediately && stateAt(now) == KeySnapshot.State.REVOKED;
  }

  /** The state at {@code now}; the final ones win over those that can still change. */
  public KeySnapshot.State stateAt(Instant now) {
    return KeySnapshot.State.of(revokedAt, expiresAt, disabled, autoEnableAt, pendingApproval, now);
  }
}
