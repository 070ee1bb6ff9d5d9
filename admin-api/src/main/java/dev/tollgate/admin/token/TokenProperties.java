package dev.tollgate.admin.token;

import dev.tollgate.crypto.token.ProjectTokenIssuer;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Project tokens. Issuer and audience must be the gateway's.
 *
 * @param signingKeyFile the private key that signs, a JWK readable by its owner only
 * @param issuer claim {@code iss}
 * @param audience claim {@code aud}
 */
@Validated
@ConfigurationProperties("tollgate.token")
record TokenProperties(
    @NotNull Path signingKeyFile,
    @NotBlank @DefaultValue(ProjectTokenIssuer.DEFAULT_ISSUER) String issuer,
    @NotBlank @DefaultValue(ProjectTokenIssuer.DEFAULT_AUDIENCE) String audience) {}
