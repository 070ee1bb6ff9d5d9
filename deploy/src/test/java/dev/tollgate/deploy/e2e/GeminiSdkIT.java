package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Google's own Java client, with nothing changed but the base URL and the key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeminiSdkIT {

  private static final String MODEL = "gemini-2.5-flash";
  private static final String QUESTION = "Grüße, 世界 🚀";
  private static final GenerateContentConfig PLAIN = GenerateContentConfig.builder().build();

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private Client client;

  @BeforeAll
  void connect() {
    client = client(tenant.key().token());
  }

  @AfterAll
  void close() {
    client.close();
  }

  private Client client(String token) {
    return Client.builder()
        .apiKey(token)
        .httpOptions(
            HttpOptions.builder()
                .baseUrl(bed.gateway().toString())
                .retryOptions(HttpRetryOptions.builder().attempts(1).build())
                .build())
        .build();
  }

  @Test
  void generatesContent() {
    GenerateContentResponse answer = client.models.generateContent(MODEL, QUESTION, PLAIN);
    assertThat(answer.text()).contains("naïve café", "你好 世界", "🚀");
    assertThat(answer.usageMetadata().orElseThrow().candidatesTokenCount().orElseThrow())
        .isPositive();
  }

  @Test
  void streamsContent() {
    try (ResponseStream<GenerateContentResponse> stream =
        client.models.generateContentStream(MODEL, QUESTION, PLAIN)) {
      StringBuilder text = new StringBuilder();
      stream.forEach(part -> text.append(part.text()));
      assertThat(text).contains("naïve café", "你好 世界", "🚀").endsWith("good-bye. ");
    }
  }

  @Test
  void callsAFunctionAndTakesItsResult() {
    GenerateContentConfig config = GenerateContentConfig.builder().tools(weather()).build();
    GenerateContentResponse asked = client.models.generateContent(MODEL, QUESTION, config);
    FunctionCall call = Objects.requireNonNull(asked.functionCalls()).getFirst();
    assertThat(call.name()).contains("weather");
    assertThat(call.args().orElseThrow()).containsEntry("city", "Zürich");
    List<Content> conversation =
        List.of(
            Content.fromParts(Part.fromText(QUESTION)),
            Content.builder()
                .role("model")
                .parts(Part.fromFunctionCall("weather", Map.of("city", "Zürich")))
                .build(),
            Content.fromParts(Part.fromFunctionResponse("weather", Map.of("sky", "clear"))));
    assertThat(client.models.generateContent(MODEL, conversation, config).text())
        .startsWith("Hello ");
  }

  @Test
  void listsTheModelsThatTheKeyMayUse() {
    List<String> names = new ArrayList<>();
    client
        .models
        .list(ListModelsConfig.builder().build())
        .forEach(model -> names.add(model.name().orElseThrow()));
    assertThat(names).contains("models/" + MODEL);
  }

  @Test
  void countsTokensAndEmbeds() {
    assertThat(client.models.countTokens(MODEL, QUESTION, null).totalTokens().orElseThrow())
        .isPositive();
    assertThat(
            client
                .models
                .embedContent("gemini-embedding-001", QUESTION, null)
                .embeddings()
                .orElseThrow()
                .getFirst()
                .values()
                .orElseThrow())
        .hasSize(8);
  }

  @Test
  void throwsWhatTheClientThrowsForAWrongKey() {
    try (Client stranger = client("tgk_unknown")) {
      ClientException failure =
          Objects.requireNonNull(
              catchThrowableOfType(
                  ClientException.class,
                  () -> stranger.models.generateContent(MODEL, QUESTION, PLAIN)));
      assertThat(failure.code()).isEqualTo(401);
      assertThat(failure.status()).isEqualTo("UNAUTHENTICATED");
    }
  }

  @Test
  void throwsWhatTheClientThrowsForForbiddenAndUnknownModels() {
    Tenant picky = bed.tenant().withProvider("gemini", bed.simulator().baseUrl(), Bed.PROVIDER_KEY);
    picky.withModels("gemini", "['gemini-*']");
    Tenant.Key key = picky.key(",'permissions':{'models':{'denied':['*-pro']}}");
    try (Client other = client(key.token())) {
      ApiException forbidden = failure(other, "gemini-2.5-pro");
      assertThat(forbidden.code()).isEqualTo(403);
      assertThat(forbidden.status()).isEqualTo("PERMISSION_DENIED");
      ApiException unknown = failure(other, "palm-2");
      assertThat(unknown.code()).isEqualTo(404);
      assertThat(unknown.status()).isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void throwsTheProvidersOwnErrors() {
    assertThat(failure(client, "sim-429").code()).isEqualTo(429);
    assertThat(failure(client, "sim-500")).isInstanceOf(ServerException.class);
    assertThat(failure(client, "sim-529").code()).isEqualTo(529);
  }

  @Test
  void leavingAStreamCancelsItAtTheProvider() {
    int cancelled = bed.simulator().cancelled();
    ResponseStream<GenerateContentResponse> stream =
        client.models.generateContentStream("sim-long-5000+slow-10", QUESTION, PLAIN);
    assertThat(stream.iterator().next().text()).isNotEmpty();
    stream.close();
    await().until(() -> bed.simulator().cancelled() > cancelled);
  }

  private static ApiException failure(Client client, String model) {
    return Objects.requireNonNull(
        catchThrowableOfType(
            ApiException.class, () -> client.models.generateContent(model, QUESTION, PLAIN)));
  }

  private static Tool weather() {
    return Tool.builder()
        .functionDeclarations(
            FunctionDeclaration.builder()
                .name("weather")
                .parameters(
                    Schema.builder()
                        .type("OBJECT")
                        .properties(Map.of("city", Schema.builder().type("STRING").build()))
                        .build())
                .build())
        .build();
  }
}
