package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rules on countries by the database that ships, for clients behind a proxy. */
class BundledCountriesIT {

  private static final String AMERICAN = "8.8.8.8";
  private static final String DUTCH = "193.0.6.139";
  private static final String PRIVATE = "192.168.1.1";

  private static Bed bed;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    bed = Bed.startWith(Map.of("tollgate.network.trusted-proxies", Bed.TRUSTED_PROXY));
    tenant = bed.withProviders(bed.tenant());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static String rule(String name, String country) {
    return ",'security':{'network_restrictions':{'%s':['%s']}}".formatted(name, country);
  }

  private static Reply chat(Tenant.Key key, String client) {
    return bed.httpFrom(Bed.TRUSTED_PROXY)
        .post(
            "/v1/chat/completions",
            "{\"model\":\"sim-plain\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
            "Authorization: Bearer " + key.token(),
            "X-Forwarded-For: " + client);
  }

  private static void isRefused(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(403);
    assertThat(reply.text()).contains("country_not_allowed");
  }

  private static void isServed(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @Test
  void blockedCountriesAreRefusedAndOthersServed() {
    Tenant.Key key = tenant.key(rule("blocked_countries", "US"));
    isRefused(chat(key, AMERICAN));
    isRefused(chat(key, "2001:4860:4860::8888"));
    isServed(chat(key, DUTCH));
    isServed(chat(key, PRIVATE));
  }

  @Test
  void onlyAllowedCountriesAreServed() {
    Tenant.Key key = tenant.key(rule("allowed_countries", "NL"));
    isServed(chat(key, DUTCH));
    isRefused(chat(key, AMERICAN));
    isRefused(chat(key, PRIVATE));
  }

  @Test
  void theAdminApiKnowsThatThereIsADatabase() {
    JsonNode key = bed.admin().get("/v1/keys/" + tenant.key(rule("blocked_countries", "US")).id());
    assertThat(key.path("security").toString()).contains("US");
    assertThat(key.has("warnings")).as(key.toString()).isFalse();
  }
}
