package dev.tollgate.gateway.identity;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What project tokens must say; the same as the admin API's.
 *
 * @param issuer the {@code iss} claim
 * @param audience the {@code aud} claim
 */
@Validated
@ConfigurationProperties("tollgate.token")
public record TokenProperties(
    @DefaultValue("tollgate") @NotBlank String issuer,
    @DefaultValue("tollgate-gateway") @NotBlank String audience) {}
