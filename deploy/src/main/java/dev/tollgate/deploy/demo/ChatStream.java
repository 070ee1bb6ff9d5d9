package dev.tollgate.deploy.demo;

import dev.tollgate.deploy.launcher.LauncherException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One streamed chat completion, its words printed as they come. */
final class ChatStream {

  static final String BODY =
      """
      {"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}\
      """;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final String DATA = "data: ";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http;
  private final PrintStream out;

  ChatStream(HttpClient http, PrintStream out) {
    this.http = http;
    this.out = out;
  }

  /**
   * Blocks until the stream has ended.
   *
   * @throws LauncherException when it was not answered with a stream that ends with {@code [DONE]}
   */
  void print(URI gateway, String virtualKey) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve("/v1/chat/completions"))
            .timeout(LONGEST_WAIT)
            .header("Authorization", "Bearer " + virtualKey)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(BODY))
            .build();
    try {
      HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        requireOk(response.statusCode(), lines);
        printWords(lines);
      }
    } catch (IOException e) {
      throw new LauncherException("the gateway does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException("interrupted", e);
    }
  }

  private static void requireOk(int status, Stream<String> lines) {
    if (status != 200) {
      throw new LauncherException(
          "the gateway answered %d: %s"
              .formatted(status, lines.limit(20).collect(Collectors.joining("\n"))));
    }
  }

  private void printWords(Stream<String> lines) {
    boolean done =
        lines
            .filter(line -> line.startsWith(DATA))
            .map(line -> line.substring(DATA.length()))
            .peek(this::printWord)
            .anyMatch("[DONE]"::equals);
    out.println();
    if (!done) {
      throw new LauncherException("the stream ended before its time");
    }
  }

  private void printWord(String data) {
    if (data.startsWith("{")) {
      JsonNode chunk = JSON.readTree(data);
      out.print(chunk.at("/choices/0/delta/content").asString(""));
      out.flush();
    }
  }
}
