package dev.tollgate.admin;

import dev.tollgate.admin.schema.TestDatabase;
import dev.tollgate.admin.schema.TestDatabase.Role;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.TokenSigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The real application on a random port with a database of its own, and a client for it. Secret
 * files are made as the launcher makes them.
 */
public final class AdminServer implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestDatabase database = TestDatabase.create();
  private final HttpClient http = HttpClient.newHttpClient();
  private final SecretString rootKey = OpaqueKey.generate(KeyKind.ADMIN_KEY);
  private final Path directory;
  private final ConfigurableApplicationContext context;
  private final int port;

  private AdminServer(Map<String, String> properties) {
    try {
      directory = Files.createTempDirectory("tollgate-admin");
      context = start(properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException doesNotStart) {
      database.close();
      throw doesNotStart;
    }
    port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  public static AdminServer start() {
    return new AdminServer(Map.of());
  }

  /** With configuration of its own. */
  public static AdminServer startWith(Map<String, String> properties) {
    return new AdminServer(properties);
  }

  private ConfigurableApplicationContext start(Map<String, String> more) {
    Map<String, String> properties = new LinkedHashMap<>(database.properties(Role.ADMIN));
    properties.putAll(secretFiles());
    properties.put("server.port", "0");
    properties.put("management.server.port", "-1");
    properties.putAll(more);
    return AdminApplication.builder().run(arguments(properties));
  }

  /** The command line outranks the application's own file; default properties would not. */
  private static String[] arguments(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(property -> "--" + property.getKey() + "=" + property.getValue())
        .toArray(String[]::new);
  }

  private Map<String, String> secretFiles() {
    Path root = directory.resolve("root-key");
    SecretFile.create(root, (rootKey() + "\n").getBytes(StandardCharsets.UTF_8));
    Path pepper = directory.resolve("pepper.json");
    PepperSet.create(pepper);
    Path signingKey = directory.resolve("token-signing-key.json");
    TokenSigningKey.create(signingKey);
    Path keyset = directory.resolve("keyset.json");
    KeyEncryptionKeys.create(keyset);
    return Map.of(
        "tollgate.access.root-key-file", root.toString(),
        "tollgate.crypto.pepper-file", pepper.toString(),
        "tollgate.crypto.keyset-file", keyset.toString(),
        "tollgate.token.signing-key-file", signingKey.toString());
  }

  public String rootKey() {
    return rootKey.reveal(SecretAccess.granted());
  }

  public TestDatabase database() {
    return database;
  }

  public ConfigurableApplicationContext context() {
    return context;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A call by the root key. */
  public Response get(String path) {
    return as(rootKey()).call("GET", path, null);
  }

  public Response post(String path, String body) {
    return as(rootKey()).call("POST", path, body);
  }

  public Response put(String path, String body) {
    return as(rootKey()).call("PUT", path, body);
  }

  public Response patch(String path, String body) {
    return as(rootKey()).call("PATCH", path, body);
  }

  public Response delete(String path) {
    return as(rootKey()).call("DELETE", path, null);
  }

  /** The id of a new organization. */
  public String organization() {
    return made(post("/v1/organizations", "{\"name\":\"Acme\"}")).id();
  }

  /** The id of a new project. */
  public String project(String organization) {
    return made(post(
            "/v1/projects",
            "{\"organization_id\":\"%s\",\"name\":\"App\"}".formatted(organization)))
        .id();
  }

  /** A client with a new admin key of this role. */
  public Client member(String organization, String role) {
    return as(
        made(post(
                "/v1/admin-keys",
                "{\"organization_id\":\"%s\",\"name\":\"robot\",\"role\":\"%s\"}"
                    .formatted(organization, role)))
            .text("/key"));
  }

  private static Response made(Response response) {
    if (response.status() != 201) {
      throw new IllegalStateException("expected 201: " + response);
    }
    return response;
  }

  /** A client with this bearer credential; null: with none. */
  public Client as(@Nullable String key) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (key != null) {
      headers.put("Authorization", "Bearer " + key);
    }
    return new Client(headers);
  }

  @Override
  public void close() {
    context.close();
    database.close();
    http.close();
  }

  /** Sends requests with these headers. */
  public final class Client {

    private final Map<String, String> headers;

    private Client(Map<String, String> headers) {
      this.headers = headers;
    }

    public Client with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Client(more);
    }

    public Response get(String path) {
      return call("GET", path, null);
    }

    public Response post(String path, String body) {
      return call("POST", path, body);
    }

    public Response patch(String path, String body) {
      return call("PATCH", path, body);
    }

    public Response delete(String path) {
      return call("DELETE", path, null);
    }

    public Response call(String method, String path, @Nullable String body) {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
      headers.forEach(request::setHeader);
      if (body != null && !headers.containsKey("Content-Type")) {
        request.setHeader("Content-Type", "application/json");
      }
      request.method(
          method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      return send(request.build());
    }

    private Response send(HttpRequest request) {
      try {
        return new Response(http.send(request, BodyHandlers.ofString()));
      } catch (HttpTimeoutException e) {
        throw new IllegalStateException(request + " is not answered; " + threads(), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Where everything stands, since the server runs in this process. */
  private static String threads() {
    StringBuilder dump = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> dump.append(thread).append(Arrays.toString(frames)).append('\n'));
    return dump.toString();
  }

  /** What came back. */
  public record Response(HttpResponse<String> raw) {

    public int status() {
      return raw.statusCode();
    }

    public String body() {
      return raw.body();
    }

    public @Nullable String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }

    public JsonNode json() {
      return raw.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(raw.body());
    }

    /** The text at a JSON pointer, or empty. */
    public String text(String pointer) {
      return json().at(pointer).asString("");
    }

    public String id() {
      return text("/id");
    }

    public String code() {
      return text("/code");
    }

    @Override
    public String toString() {
      return status() + " " + body();
    }
  }
}
