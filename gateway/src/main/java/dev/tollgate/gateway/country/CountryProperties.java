package dev.tollgate.gateway.country;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the countries of addresses are read from.
 *
 * @param countryDatabase a file in MaxMind's format; null: no country is known
 * @param countryPollEvery how often it is looked at for a change
 */
@Validated
@ConfigurationProperties("tollgate.network")
public record CountryProperties(
    @Nullable Path countryDatabase, @DefaultValue("10s") Duration countryPollEvery) {

  public CountryProperties {
    if (!countryPollEvery.isPositive()) {
      throw new IllegalArgumentException("tollgate.network.country-poll-every must be positive");
    }
  }
}
