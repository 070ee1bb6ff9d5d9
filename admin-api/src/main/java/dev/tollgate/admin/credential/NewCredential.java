package dev.tollgate.admin.credential;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential to be made.
 *
 * @param organizationId its owner, if no project is
 * @param projectId its owner, if the organization is not
 * @param authMethod default: the provider's first
 * @param fields as {@code GET /v1/providers} describes
 * @param value short for the only secret field that the auth method requires
 * @param allowedHosts where the secret may be sent; default from the catalogue
 */
public record NewCredential(
    @Nullable String organizationId,
    @Nullable String projectId,
    @CredentialName String name,
    @NotNull String provider,
    @Nullable String authMethod,
    @Nullable @Size(max = 16) Map<String, String> fields,
    @Nullable String value,
    @Nullable @Pattern(regexp = "[A-Za-z0-9_-]{1,64}") String environment,
    @Nullable Instant expiresAt,
    @Nullable @Size(max = 32) List<@NotNull String> allowedHosts) {

  /** Without the secret. */
  @Override
  public String toString() {
    return "NewCredential[name=" + name + ", provider=" + provider + "]";
  }
}
