package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules on countries where nobody knows the country of an address. */
class CountryWarningIT {

  private static Response keyWith(AdminServer server, String networkRules) {
    Response made =
        server.post(
            "/v1/keys",
            """
            {"name":"k","scope":{"projects":["%s"]},"security":{"network_restrictions":{%s}}}\
            """
                .formatted(server.project(server.organization()), networkRules));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void isGivenWithoutADatabaseForAsLongAsThePolicyNamesCountries(String database) {
    try (AdminServer server =
        AdminServer.startWith(Map.of("tollgate.network.country-database", database))) {
      Response blocked = keyWith(server, "\"blocked_countries\":[\"US\"]");
      assertThat(blocked.text("/warnings/0")).contains("tollgate.network.country-database");
      assertThat(keyWith(server, "\"allowed_countries\":[\"DE\"]").text("/warnings/0"))
          .contains("tollgate.network.country-database");
      assertThat(keyWith(server, "\"require_https\":true").body()).doesNotContain("warnings");
      String path = "/v1/keys/" + blocked.text("/id");
      assertThat(server.get(path).text("/warnings/0")).contains("country database");
      assertThat(server.patch(path, "{\"security\":null}").body()).doesNotContain("warnings");
    }
  }

  @Test
  void isGivenWhereNothingIsSet() {
    try (AdminServer server = AdminServer.start()) {
      assertThat(keyWith(server, "\"blocked_countries\":[\"US\"]").text("/warnings/0"))
          .contains("tollgate.network.country-database");
    }
  }

  @Test
  void isNotGivenWithADatabase() {
    try (AdminServer server =
        AdminServer.startWith(Map.of("tollgate.network.country-database", "/c.mmdb"))) {
      assertThat(keyWith(server, "\"blocked_countries\":[\"US\"]").body())
          .doesNotContain("warnings");
    }
  }
}
