package dev.tollgate.admin.credential;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a credential can be changed without its value.
 *
 * @param allowedHosts fewer than before; for others the value must be given again
 */
record CredentialChange(
    @CredentialName String name,
    @Nullable @Pattern(regexp = "[A-Za-z0-9_-]{1,64}") String environment,
    @Nullable Instant expiresAt,
    @NotNull @Size(max = 32) List<@NotNull String> allowedHosts) {}
