package dev.tollgate.admin.virtualkey;

import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What a key's policy asks for and the installation cannot do, for {@code warnings[]}. */
@Component
class KeyWarnings {
  private static final String CANNOT_SIGN =
      "The policy asks for signed requests, and the key has no signing secret: its requests are"
          + " refused until it is rotated.";
  private static final String COUNTRIES_UNKNOWN =
      "The policy names countries, and there is no country database"
          + " (tollgate.network.country-database): blocked_countries lets every address pass,"
          + " allowed_countries refuses every address.";
  private static final List<String> COUNTRY_RULES =
      List.of("allowed_countries", "blocked_countries");

  private final CountryProperties countries;

  KeyWarnings(CountryProperties countries) {
    this.countries = countries;
  }

  /**
   * In sentences; empty: nothing is amiss.
   *
   * @param effective the key's policy with what it inherits
   */
  List<String> of(JsonNode effective, StoredKey.Signing signing) {
    List<String> warnings = new ArrayList<>();
    if (signing.demanded() && !signing.possible()) {
      warnings.add(CANNOT_SIGN);
    }
    if (!countries.known() && namesCountries(effective)) {
      warnings.add(COUNTRIES_UNKNOWN);
    }
    return warnings;
  }

  private static boolean namesCountries(JsonNode policy) {
    JsonNode rules = policy.at("/security/network_restrictions");
    return COUNTRY_RULES.stream().anyMatch(rule -> !rules.path(rule).isEmpty());
  }
}
