package dev.tollgate.gateway.snapshot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a key's requests may be signed with, sealed.
 *
 * @param version part of what the sealing binds
 * @param projectId whose data key it is sealed under; null: the organization's
 * @param validUntil the end of its grace period; null for the current one
 */
public record SigningSecret(
    int version,
    @Nullable String projectId,
    CredentialSnapshot.Sealed sealed,
    @Nullable Instant validUntil) {

  public boolean isValidAt(Instant now) {
    return validUntil == null || now.isBefore(validUntil);
  }
}
