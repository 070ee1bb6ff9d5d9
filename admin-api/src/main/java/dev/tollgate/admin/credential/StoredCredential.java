package dev.tollgate.admin.credential;

import dev.tollgate.admin.project.Scope;
import dev.tollgate.crypto.envelope.SecretBinding;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A credential's row with that of its current value. */
record StoredCredential(
    String id,
    Scope owner,
    String name,
    String provider,
    String authMethod,
    @Nullable String environment,
    @Nullable Instant expiresAt,
    StoredValue value,
    @Nullable Instant lastUsedAt,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  SecretBinding binding() {
    return binding(value);
  }

  /** What a version of this credential is sealed with. */
  SecretBinding binding(StoredValue of) {
    return new SecretBinding(
        owner.organizationId(), owner.projectId(), id, of.version(), Set.copyOf(of.allowedHosts()));
  }
}
