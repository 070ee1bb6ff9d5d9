package dev.tollgate.gateway.credentials;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets from files, made by the launcher or the operator, never defaulted.
 *
 * @param keysetFile the key-encryption keyset, shared with the admin API
 * @param pepperFile the peppers of virtual keys' digests, shared with the admin API
 * @param openedFor how long an opened secret stays in memory
 */
@Validated
@ConfigurationProperties("tollgate.crypto")
public record CryptoProperties(
    Path keysetFile, Path pepperFile, @DefaultValue("60s") Duration openedFor) {

  public CryptoProperties {
    if (keysetFile == null) {
      throw new IllegalArgumentException("tollgate.crypto.keyset-file must be set");
    }
    if (pepperFile == null) {
      throw new IllegalArgumentException("tollgate.crypto.pepper-file must be set");
    }
    if (!openedFor.isPositive()) {
      throw new IllegalArgumentException("tollgate.crypto.opened-for must be positive");
    }
  }
}
