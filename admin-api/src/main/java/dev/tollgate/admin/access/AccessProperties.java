package dev.tollgate.admin.access;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Access to the admin API.
 *
 * @param rootKeyFile holds the root key, {@code tga_…}, and is readable by its owner only
 */
@Validated
@ConfigurationProperties("tollgate.access")
record AccessProperties(@NotNull Path rootKeyFile) {}
