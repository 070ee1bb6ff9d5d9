package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One recorded answer of a provider, from the folder of fixtures that is not part of the project.
 */
public final class RecordedAnswer {

  static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final String provider;
  private final String path;
  private final @Nullable String contentType;
  private final byte[] body;
  private final byte[] requestBody;

  private RecordedAnswer(JsonNode fixture) {
    JsonNode response = fixture.get("response");
    name = fixture.get("id").asString();
    provider = fixture.get("provider").asString();
    path = fixture.get("request").get("path").asString();
    contentType = header(response, "content-type");
    body = body(response);
    requestBody = requestBody(fixture.get("request"));
  }

  private static byte[] requestBody(JsonNode request) {
    JsonNode sent = request.path("body");
    return sent.isObject() ? sent.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
  }

  /** The folder, where there is one: named by the environment or next to the repository. */
  public static Optional<Path> folder() {
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

  public static List<RecordedAnswer> all(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(file -> new RecordedAnswer(JSON.readTree(file.toFile())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String header(JsonNode response, String name) {
    for (JsonNode header : response.get("headers")) {
      if (header.get(0).asString().equalsIgnoreCase(name)) {
        return header.get(1).asString();
      }
    }
    return null;
  }

  private static byte[] body(JsonNode response) {
    JsonNode text = response.get("body");
    return text == null
        ? Base64.getDecoder().decode(response.get("bodyB64").asString())
        : text.asString().getBytes(StandardCharsets.UTF_8);
  }

  public String name() {
    return name;
  }

  public String provider() {
    return provider;
  }

  public @Nullable String contentType() {
    return contentType;
  }

  public byte[] body() {
    return body;
  }

  /** The path of the request, as the provider names it. */
  public String path() {
    return path;
  }

  /** The JSON that was sent; empty where it was none. */
  public byte[] requestBody() {
    return requestBody;
  }

  /** What the provider counted. */
  public @Nullable TokenUsage usage() {
    return isBinary() ? null : UsageOracle.usage(this);
  }

  boolean isBinary() {
    String type = contentType == null ? "" : contentType;
    return type.startsWith("audio/")
        || type.startsWith("text/plain")
        || type.equals("application/octet-stream");
  }

  /** The protocol of the path under which the gateway offers this. */
  public Protocol protocol() {
    return switch (provider) {
      case "anthropic" -> Protocol.ANTHROPIC;
      case "gemini", "vertex" -> path.contains("/openai/") ? Protocol.OPENAI : Protocol.GEMINI;
      case "bedrock", "cohere" -> Protocol.PASS_THROUGH;
      default -> Protocol.OPENAI;
    };
  }
}
