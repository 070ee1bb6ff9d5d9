package dev.tollgate.admin.service;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What of a project's provider can be changed.
 *
 * @param baseUrl null: the catalogue's
 * @param apiKey to be given again when the host changes
 */
record ProviderChange(@Nullable @Size(max = 2048) String baseUrl, @Nullable String apiKey) {

  /** Without the key. */
  @Override
  public String toString() {
    return "ProviderChange[baseUrl=" + baseUrl + "]";
  }
}
