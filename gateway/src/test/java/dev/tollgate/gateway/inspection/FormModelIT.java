package dev.tollgate.gateway.inspection;

import static dev.tollgate.gateway.inspection.Form.BOUNDARY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/** Forms through the whole gateway, to a provider that counts what it gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormModelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final byte[] LONG_FILE = new byte[300_000];
  private static final String TRANSCRIPTIONS = "/v1/audio/transcriptions";
  private static final String IMAGE_EDITS = "/v1/images/edits";

  private final Map<String, Received> receivedByTest = new ConcurrentHashMap<>();
  private final AtomicInteger tests = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private String project;
  private Received received;
  private GatewayHarness gateway;
  private DisposableServer provider;

  @BeforeAll
  void start() {
    gateway = GatewayHarness.start();
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .asByteArray()
                    .doOnNext(chunk -> received(request).bytes().addAndGet(chunk.length))
                    .reduceWith(ByteArrayOutputStream::new, FormModelIT::append)
                    .doOnNext(whole -> received(request).wholes().add(whole.toByteArray()))
                    .then(
                        response
                            .header("content-type", "application/json")
                            .sendString(Mono.just("{\"path\":\"" + request.uri() + "\"}"))
                            .then()))
            .bindNow();
  }

  @AfterAll
  void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  /** What an earlier test broke off may still come in: each has a project and a path of its own. */
  @BeforeEach
  void serveEveryModel() {
    project = "prj" + tests.incrementAndGet();
    received = new Received(new ConcurrentLinkedQueue<>(), new AtomicLong());
    receivedByTest.put(project, received);
    gateway.putProject(project, service("openai"));
  }

  @Test
  void sendsAFormByteForByteWhenItsModelComesFirst() throws Exception {
    byte[] form = new Form().field("model", "whisper-1").file("file", LONG_FILE).closed();
    assertThat(post(TRANSCRIPTIONS, form).statusCode()).isEqualTo(200);
    assertThat(received.wholes().poll()).isEqualTo(form);
    assertThat(nextRow().model()).isEqualTo("whisper-1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsAFormByteForByteWhenItsModelComesLast(boolean chunked) throws Exception {
    byte[] form = new Form().file("file", LONG_FILE).field("model", "whisper-1").closed();
    CompiledPolicy rules = TestPolicies.models(List.of("whisper-*"), List.of());
    assertThat(post(TRANSCRIPTIONS, form, chunked, rules).statusCode()).isEqualTo(200);
    assertThat(received.wholes().poll()).isEqualTo(form);
    assertThat(nextRow()).returns("whisper-1", UsageEvent::model);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsNoFormToItsEndWhoseLateModelIsDenied(boolean chunked) throws Exception {
    byte[] form = new Form().file("file", LONG_FILE).field("model", "whisper-1").closed();
    CompiledPolicy rules = TestPolicies.models(List.of("gpt-*"), List.of());
    HttpResponse<String> answer = post(TRANSCRIPTIONS, form, chunked, rules);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("model_not_allowed");
    assertThat(nextRow())
        .returns("whisper-1", UsageEvent::model)
        .returns(Outcome.FAILED, UsageEvent::outcome)
        .returns("model_not_allowed", UsageEvent::errorCode);
    assertThat(received.wholes()).isEmpty();
    assertThat(received.bytes().get()).isLessThan(form.length);
  }

  @Test
  void callsNobodyWhenAModelInTimeIsDenied() throws Exception {
    byte[] form = new Form().field("model", "whisper-1").file("file", LONG_FILE).closed();
    CompiledPolicy rules = TestPolicies.models(null, List.of("whisper-1"));
    assertThat(post(TRANSCRIPTIONS, form, false, rules).statusCode()).isEqualTo(403);
    assertThat(received.bytes().get()).isZero();
    assertThat(gateway.usage().waiting()).noneMatch(row -> row.projectId().equals(project));
  }

  @Test
  void choosesTheServiceByAModelThatComesInTime() throws Exception {
    gateway.putProject(
        project, service("a").models("tts-*").priority(1), service("b").models("whisper-*"));
    byte[] form = new Form().file("file", new byte[1_000]).field("model", "whisper-1").closed();
    assertThat(post(TRANSCRIPTIONS, form).statusCode()).isEqualTo(200);
    assertThat(nextRow().service()).isEqualTo("b");
  }

  @Test
  void refusesALateModelThatTheChosenServiceDoesNotServe() throws Exception {
    gateway.putProject(
        project, service("a").models("tts-*").priority(1), service("b").models("whisper-*"));
    byte[] form = new Form().file("file", LONG_FILE).field("model", "whisper-1").closed();
    HttpResponse<String> answer = post(TRANSCRIPTIONS, form);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("model_not_found", "Send it first");
    assertThat(received.wholes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 300_000})
  void refusesSpeechWithoutAModel(int fileBytes) throws Exception {
    byte[] form = new Form().file("file", new byte[fileBytes]).closed();
    assertThat(post(TRANSCRIPTIONS, form).statusCode()).isEqualTo(400);
    assertThat(received.wholes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 300_000})
  void needsNoModelForAnImageUnlessTheKeyIsRestricted(int fileBytes) throws Exception {
    byte[] form = new Form().file("image", new byte[fileBytes]).closed();
    assertThat(post(IMAGE_EDITS, form).statusCode()).isEqualTo(200);
    received.wholes().clear();
    CompiledPolicy rules = TestPolicies.models(List.of("gpt-image-1"), List.of());
    assertThat(post(IMAGE_EDITS, form, false, rules).statusCode()).isEqualTo(403);
    assertThat(received.wholes()).isEmpty();
  }

  @Test
  void keepsAFileUnderARestrictedKey() throws Exception {
    byte[] form = new Form().field("purpose", "batch").file("file", LONG_FILE).closed();
    CompiledPolicy rules = TestPolicies.models(List.of("gpt-4o"), List.of());
    assertThat(post("/v1/files", form, false, rules).statusCode()).isEqualTo(200);
    assertThat(received.wholes().poll()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/audio/transcriptions", "/openai/v1/audio/transcriptions", "/v1/images/edits"})
  void refusesASecondModelBehindTheFile(String path) throws Exception {
    byte[] form =
        new Form().field("model", "a").file("file", LONG_FILE).field("model", "b").closed();
    assertThat(post(path, form).statusCode()).isEqualTo(400);
    assertThat(received.wholes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/v1/embeddings", "/v1/moderations"})
  void refusesAFormWhereNoneBelongs(String path) throws Exception {
    assertThat(post(path, new Form().field("model", "m").closed()).statusCode()).isEqualTo(400);
    assertThat(received.bytes().get()).isZero();
  }

  @Test
  void refusesAFormWhoseModelHasAnotherNameUpstream() throws Exception {
    gateway.putProject(project, service("openai").models("speech=whisper-1"));
    byte[] inTime = new Form().field("model", "speech").file("file", new byte[9]).closed();
    byte[] late = new Form().file("file", LONG_FILE).field("model", "speech").closed();
    assertThat(post(TRANSCRIPTIONS, inTime).statusCode()).isEqualTo(400);
    assertThat(post(TRANSCRIPTIONS, late).statusCode()).isEqualTo(400);
    assertThat(received.wholes()).isEmpty();
  }

  @Test
  void givesAJsonBodyTheModelsNameUpstream() throws Exception {
    gateway.putProject(project, service("openai").models("fast=gpt-4o-mini"));
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("Authorization", "Bearer " + gateway.newKey(project))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"model\": \"fast\", \"messages\":[]}"))
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(received.wholes().poll())
        .asString()
        .isEqualTo("{\"model\": \"gpt-4o-mini\", \"messages\":[]}");
  }

  /** What came in for one test: forms that came to their end, and all bytes. */
  private record Received(Queue<byte[]> wholes, AtomicLong bytes) {}

  private Received received(HttpServerRequest request) {
    String test = request.uri().substring(1, request.uri().indexOf('/', 1));
    return requireNonNull(receivedByTest.get(test));
  }

  private static ByteArrayOutputStream append(ByteArrayOutputStream whole, byte[] chunk) {
    whole.writeBytes(chunk);
    return whole;
  }

  private TestService service(String name) {
    return TestService.openAi(
        name, "http://127.0.0.1:%d/%s/v1".formatted(provider.port(), project));
  }

  private UsageEvent nextRow() throws InterruptedException {
    UsageEvent row = gateway.usage().next(PATIENCE);
    while (!row.projectId().equals(project)) {
      row = gateway.usage().next(PATIENCE);
    }
    return row;
  }

  private HttpResponse<String> post(String path, byte[] form) throws Exception {
    return post(path, form, false);
  }

  private HttpResponse<String> post(
      String path, byte[] form, boolean chunked, CompiledPolicy... rules) throws Exception {
    BodyPublisher body =
        chunked
            ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(form))
            : BodyPublishers.ofByteArray(form);
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + gateway.newKey(project, null, rules))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .timeout(PATIENCE)
            .POST(body)
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
