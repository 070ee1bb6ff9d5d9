package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Reading and writing, and the providers that a request may go to, through the whole gateway. */
class PermissionsIT {

  private static final String CHAT = "{\"model\":\"gpt-4o\",\"messages\":[]}";
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static GatewayHarness gateway;
  private static DisposableServer provider;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              SEEN.add(request.fullPath());
              return response
                  .header("content-type", "application/json")
                  .sendString(Mono.just("{}"));
            })
            .bindNow();
    gateway = GatewayHarness.start();
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
    CLIENT.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
    putProject();
  }

  /** Two services for one model, of the kinds that their names say. */
  private static void putProject(CompiledPolicy... policies) {
    gateway.putProject(
        "prj_1",
        List.of(policies),
        TestService.openAi("first", at("/first")).models("gpt-4o").priority(1),
        TestService.openAi("second", at("/second")).models("gpt-4o", "o3").priority(2));
  }

  private static String at(String path) {
    return "http://127.0.0.1:" + provider.port() + path;
  }

  private static CompiledPolicy permissions(String json) {
    return TestPolicies.document("{'permissions':{" + json + "}}");
  }

  private static HttpResponse<String> send(
      String method, String path, @Nullable String body, CompiledPolicy... policies)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + gateway.newKey("prj_1", null, policies))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static void expectRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(code);
    assertThat(SEEN).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/chat/completions, 'read,write', 200",
    "POST, /v1/chat/completions, write, 200",
    "POST, /v1/chat/completions, read, 403",
    "POST, /v1/chat/completions, '', 403",
    "POST, /first/v1/chat/completions, write, 200",
    "POST, /first/v1/chat/completions, read, 403",
    "DELETE, /v1/files/f, write, 200",
    "DELETE, /v1/files/f, read, 403",
    "GET, /v1/files, read, 200",
    "GET, /v1/files, write, 403",
    "GET, /first/v1/files, read, 200",
    "GET, /first/v1/files, write, 403",
    "HEAD, /first/v1/files, write, 403",
    "GET, /v1/models/o3, 'read,write', 404",
    "GET, /v1/models/o3, write, 403",
  })
  void letsRequestsReadAndWrite(String method, String path, String operations, int status)
      throws Exception {
    String list = operations.isEmpty() ? "" : "'" + operations.replace(",", "','") + "'";
    CompiledPolicy policy = permissions("'operations':[" + list + "]");
    // What is listed needs no provider's own list.
    gateway.putProject("prj_1", TestService.openAi("first", at("/first")).models("gpt-4o"));

    HttpResponse<String> answer = send(method, path, method.equals("POST") ? CHAT : null, policy);

    if (status == 403) {
      expectRefused(answer, 403, method.equals("HEAD") ? "" : "operation_not_allowed");
    } else {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "'allowed_providers':['first','second']                      | gpt-4o | first",
        "'allowed_providers':['second']                              | gpt-4o | second",
        "'allowed_providers':['First','second ']                     | gpt-4o | ",
        "'allowed_providers':['third']                               | gpt-4o | ",
        "'allowed_providers':[]                                      | gpt-4o | ",
        "'allowed_providers':['first']                               | o3     | ",
        "'force_provider':'second'                                   | gpt-4o | second",
        "'force_provider':'first'                                    | o3     | ",
        "'force_provider':'second','allowed_providers':['first']     | gpt-4o | ",
        "'force_provider':null                                       | gpt-4o | first",
      })
  void goesToAnAllowedProvider(String routing, String model, @Nullable String service)
      throws Exception {
    String body = CHAT.replace("gpt-4o", model);
    CompiledPolicy policy = permissions("'routing':{" + routing + "}");

    HttpResponse<String> answer = send("POST", "/v1/chat/completions", body, policy);

    if (service == null) {
      expectRefused(answer, 403, "provider_not_allowed");
    } else {
      assertThat(SEEN).containsExactly("/" + service + "/v1/chat/completions");
    }
  }

  @Test
  void asksEveryDocument() throws Exception {
    putProject(permissions("'routing':{'allowed_providers':['second']}"));
    CompiledPolicy key = permissions("'routing':{'force_provider':'first'}");

    expectRefused(send("POST", "/v1/chat/completions", CHAT, key), 403, "provider_not_allowed");
    expectRefused(send("POST", "/first/v1/chat/completions", CHAT), 403, "provider_not_allowed");
  }

  @Test
  void saysThatNobodyServesAModelBeforeWhoMay() throws Exception {
    CompiledPolicy policy = permissions("'routing':{'allowed_providers':['third']}");
    String body = CHAT.replace("gpt-4o", "unknown");

    expectRefused(send("POST", "/v1/chat/completions", body, policy), 404, "model_not_found");
    expectRefused(send("GET", "/third/v1/x", null, policy), 404, "not_found");
  }

  @Test
  void refusesANamedServiceOfAnotherProvider() throws Exception {
    CompiledPolicy policy = permissions("'routing':{'allowed_providers':['second']}");

    expectRefused(send("GET", "/first/v1/files", null, policy), 403, "provider_not_allowed");
    assertThat(send("GET", "/second/v1/files", null, policy).statusCode()).isEqualTo(200);
  }

  @Test
  void listsOnlyTheModelsOfAllowedProviders() throws Exception {
    CompiledPolicy policy = permissions("'routing':{'force_provider':'first'}");

    assertThat(send("GET", "/v1/models", null).body()).contains("gpt-4o").contains("o3");
    assertThat(send("GET", "/v1/models", null, policy).body())
        .contains("gpt-4o")
        .doesNotContain("o3");
    assertThat(
            send("GET", "/v1/models", null, permissions("'routing':{'allowed_providers':[]}"))
                .body())
        .doesNotContain("gpt-4o");
  }
}
