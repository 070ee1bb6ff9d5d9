package dev.tollgate.deploy.demo;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.deploy.launcher.LauncherException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Makes what the demo needs. Organization and project are found again in a data directory that had
 * them; the provider is made anew, because the simulated one has another port and key each time,
 * and so is the virtual key, because it can be read only once.
 */
final class DemoSetup {

  private static final String NAME = "demo";
  private static final String PROVIDER = "openai";

  private final AdminClient admin;

  DemoSetup(AdminClient admin) {
    this.admin = admin;
  }

  /** The virtual key, which is good for the simulated provider and nothing else. */
  String run(URI provider, SecretString providerKey) {
    String organization = findOrCreate("/v1/organizations", Map.of("name", NAME));
    String project =
        findOrCreate("/v1/projects", Map.of("name", NAME, "organization_id", organization));
    String providers = "/v1/projects/" + project + "/providers";
    admin.delete(providers + "/" + PROVIDER);
    admin.post(
        providers,
        Map.of(
            "name", PROVIDER,
            "base_url", provider.toString(),
            "api_key", providerKey.reveal(SecretAccess.granted())));
    return admin
        .post("/v1/keys", Map.of("name", keyName(), "scope", Map.of("projects", List.of(project))))
        .path("key")
        .asString();
  }

  private String findOrCreate(String collection, Map<String, String> wanted) {
    JsonNode page = admin.get(collection + "?limit=100");
    return page.path("data")
        .valueStream()
        .filter(found -> matches(found, wanted))
        .findFirst()
        .orElseGet(() -> admin.post(collection, wanted))
        .path("id")
        .asStringOpt()
        .orElseThrow(() -> new LauncherException("no id in an answer of " + collection));
  }

  private static boolean matches(JsonNode found, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .allMatch(field -> field.getValue().equals(found.path(field.getKey()).asString("")));
  }

  private static String keyName() {
    return NAME + " " + Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
