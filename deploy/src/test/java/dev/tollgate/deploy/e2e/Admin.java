package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An administrator with the root key, who keeps every answer that was seen. */
public final class Admin {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> readAnswers = new CopyOnWriteArrayList<>();
  private final URI server;
  private final String rootKey;

  public Admin(URI server, String rootKey) {
    this.server = server;
    this.rootKey = rootKey;
  }

  public JsonNode get(String path) {
    JsonNode answer = call("GET", path, BodyPublishers.noBody());
    readAnswers.add(answer.toString());
    return answer;
  }

  /** The body of a 2xx answer; anything else is an error. */
  public JsonNode post(String path, String body) {
    return call("POST", path, json(body));
  }

  public JsonNode put(String path, String body) {
    return call("PUT", path, json(body));
  }

  public JsonNode patch(String path, String body) {
    return call("PATCH", path, json(body));
  }

  public void delete(String path) {
    call("DELETE", path, BodyPublishers.noBody());
  }

  /** Bodies of all GETs so far. */
  List<String> readAnswers() {
    return readAnswers;
  }

  private static BodyPublisher json(String body) {
    return BodyPublishers.ofString(body.replace('\'', '"'));
  }

  private JsonNode call(String method, String path, BodyPublisher body) {
    HttpResponse<byte[]> response =
        send(HttpRequest.newBuilder(server.resolve(path)).method(method, body));
    String text = new String(response.body(), UTF_8);
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(
          "%s %s answered %d: %s".formatted(method, path, response.statusCode(), text));
    }
    return text.isEmpty() ? JSON.nullNode() : JSON.readTree(text);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request
              .timeout(LONGEST_ANSWER)
              .header("Authorization", "Bearer " + rootKey)
              .header("Content-Type", "application/json")
              .build(),
          BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
