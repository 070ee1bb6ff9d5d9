package dev.tollgate.deploy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.deploy.launcher.LauncherException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin API over HTTP, as any administrator's script would call it. */
final class AdminClient {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http;
  private final URI server;
  private final SecretString key;

  AdminClient(HttpClient http, URI server, SecretString key) {
    this.http = http;
    this.server = server;
    this.key = key;
  }

  JsonNode get(String path) {
    return require2xx("GET " + path, send(request(path).GET()));
  }

  JsonNode post(String path, Map<String, ?> body) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    return require2xx("POST " + path, send(request));
  }

  /** Whether there was something to delete. */
  boolean delete(String path) {
    HttpResponse<byte[]> response = send(request(path).DELETE());
    if (response.statusCode() == 404) {
      return false;
    }
    require2xx("DELETE " + path, response);
    return true;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(LONGEST_ANSWER)
        .header("Authorization", "Bearer " + key.reveal(SecretAccess.granted()));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new LauncherException("the admin API does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException("interrupted", e);
    }
  }

  private static JsonNode require2xx(String call, HttpResponse<byte[]> response) {
    if (response.statusCode() / 100 != 2) {
      throw new LauncherException(
          "%s answered %d: %s"
              .formatted(call, response.statusCode(), new String(response.body(), UTF_8)));
    }
    return response.body().length == 0 ? JSON.nullNode() : JSON.readTree(response.body());
  }
}
