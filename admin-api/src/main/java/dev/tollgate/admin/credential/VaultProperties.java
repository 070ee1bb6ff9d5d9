package dev.tollgate.admin.credential;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The key-encryption keys.
 *
 * @param keysetFile the local keyset under which data keys are wrapped
 */
@Validated
@ConfigurationProperties("tollgate.crypto")
record VaultProperties(@NotNull Path keysetFile) {}
