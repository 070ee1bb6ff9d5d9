package dev.tollgate.gateway.snapshot;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider's secret, sealed.
 *
 * @param projectId its project; null: the organization's shared vault
 * @param versions the current one first, then those kept as fallback in their grace period
 */
public record CredentialSnapshot(
    String credentialId,
    String organizationId,
    @Nullable String projectId,
    String name,
    @Nullable String environment,
    @Nullable Instant expiresAt,
    List<Version> versions) {

  /**
   * One sealed value.
   *
   * @param allowedHosts where it may be sent; part of what the sealing binds
   * @param fields the credential's fields that are no secrets
   * @param validUntil the end of its grace period; null for the current version
   */
  public record Version(
      int version,
      Sealed sealed,
      Set<String> allowedHosts,
      Map<String, String> fields,
      @Nullable Instant validUntil) {}

  /** Ciphertext and the wrapped data key that it stands under. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  public record Sealed(byte[] value, WrappedDataKey dataKey) {}
}
