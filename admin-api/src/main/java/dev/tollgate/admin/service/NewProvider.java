package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.CredentialName;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A credential and a service to be made in one step.
 *
 * @param baseUrl default: the catalogue's
 * @param apiKey may be absent where the provider needs none
 * @param provider default: the kind of this name, else {@code custom}
 */
record NewProvider(
    @CredentialName String name,
    @Nullable @Size(max = 2048) String baseUrl,
    @Nullable String apiKey,
    @Nullable String provider) {

  /** Without the key. */
  @Override
  public String toString() {
    return "NewProvider[name=" + name + ", provider=" + provider + "]";
  }
}
