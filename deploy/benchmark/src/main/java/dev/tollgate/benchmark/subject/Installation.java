package dev.tollgate.benchmark.subject;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes organization, project, provider and key by the admin API. */
final class Installation {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI admin;
  private final String rootKey;
  private String project = "";

  /**
   * One of a running Tollgate.
   *
   * @param dataDirectory the launcher's, which holds the root key
   */
  Installation(URI admin, Path dataDirectory) {
    this.admin = admin;
    try {
      this.rootKey = Files.readString(dataDirectory.resolve("root-key")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a virtual key with the full policy, good for the upstream. */
  String setUp(String upstreamUrl) {
    String organization = post("/v1/organizations", Map.of("name", "bench")).path("id").asString();
    project =
        post("/v1/projects", Map.of("name", "bench", "organization_id", organization))
            .path("id")
            .asString();
    var _ =
        post(
            "/v1/projects/" + project + "/providers",
            Map.of("name", "openai", "base_url", upstreamUrl, "api_key", "sk-bench-provider"));
    return key("bench", FullPolicy.members());
  }

  /**
   * Makes one more virtual key of the project that was set up.
   *
   * @param policy the members of its policy
   */
  String key(String name, Map<String, Object> policy) {
    Map<String, Object> key = new HashMap<>(policy);
    key.put("name", name);
    key.put("scope", Map.of("projects", List.of(project)));
    return post("/v1/keys", key).path("key").asString();
  }

  private JsonNode post(String path, Map<String, ?> body) {
    HttpRequest request =
        HttpRequest.newBuilder(admin.resolve(path))
            .timeout(LONGEST_ANSWER)
            .header("Authorization", "Bearer " + rootKey)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s answered %d: %s"
                .formatted(path, response.statusCode(), new String(response.body(), UTF_8)));
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
