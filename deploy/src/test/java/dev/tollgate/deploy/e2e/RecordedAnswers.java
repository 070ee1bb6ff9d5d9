package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.deploy.simulator.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded traffic of real providers, where its folder is; it is no part of the project. */
final class RecordedAnswers {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private RecordedAnswers() {}

  /** A request and its answer, as recorded. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Recording(
      String id,
      String provider,
      String method,
      String path,
      String query,
      JsonNode requestBody,
      int status,
      List<Header> headers,
      byte[] body) {

    String contentType() {
      return headers.stream()
          .filter(header -> header.name().equalsIgnoreCase("content-type"))
          .map(Header::value)
          .findFirst()
          .orElse("");
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** Named by the environment, or next to the repository. */
  static Optional<Path> folder() {
    String named = System.getenv("TOLLGATE_FIXTURES");
    Path folder = named == null ? repository().resolve("../shared/fixtures") : Path.of(named);
    return Optional.of(folder).filter(Files::isDirectory);
  }

  private static Path repository() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw")) && directory.getParent() != null) {
      directory = directory.getParent();
    }
    return directory;
  }

  static List<Recording> all(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(file -> of(JSON.readTree(file.toFile())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recording of(JsonNode fixture) {
    JsonNode request = fixture.path("request");
    JsonNode response = fixture.path("response");
    return new Recording(
        fixture.path("id").asString(),
        fixture.path("provider").asString(),
        request.path("method").asString(),
        request.path("path").asString(),
        request.path("query").asString(""),
        request.path("body"),
        response.path("status").asInt(),
        headers(response.path("headers")),
        body(response));
  }

  private static List<Header> headers(JsonNode pairs) {
    List<Header> headers = new ArrayList<>();
    pairs.forEach(pair -> headers.add(new Header(pair.get(0).asString(), pair.get(1).asString())));
    return headers;
  }

  private static byte[] body(JsonNode response) {
    return response.has("body")
        ? response.get("body").asString().getBytes(UTF_8)
        : Base64.getDecoder().decode(response.get("bodyB64").asString());
  }
}
