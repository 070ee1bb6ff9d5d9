package dev.tollgate.admin.service;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * A new key for a project's provider.
 *
 * @param gracePeriodHours how long the old one stays as fallback; default: not at all
 */
record ProviderRotation(
    @NotNull String apiKey, @Nullable @Min(0) @Max(720) Integer gracePeriodHours) {

  /** Without the key. */
  @Override
  public String toString() {
    return "ProviderRotation[gracePeriodHours=" + gracePeriodHours + "]";
  }
}
