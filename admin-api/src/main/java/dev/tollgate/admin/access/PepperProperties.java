package dev.tollgate.admin.access;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The pepper.
 *
 * @param pepperFile the peppers under which keys are digested
 */
@Validated
@ConfigurationProperties("tollgate.crypto")
record PepperProperties(@NotNull Path pepperFile) {}
