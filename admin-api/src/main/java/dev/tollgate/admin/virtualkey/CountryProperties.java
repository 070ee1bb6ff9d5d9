package dev.tollgate.admin.virtualkey;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What this API is told of how the gateways know countries.
 *
 * @param countryDatabase the gateways' setting of this name; the file is theirs and is not read
 *     here. Null or blank: they have none
 */
@ConfigurationProperties("tollgate.network")
record CountryProperties(@Nullable String countryDatabase) {

  boolean known() {
    return countryDatabase != null && !countryDatabase.isBlank();
  }
}
