package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.PermissionDeniedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Anthropic's own Java client, with nothing changed but the base URL and the key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicSdkIT {

  private static final String MODEL = "claude-sonnet-4-5";

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private final List<AnthropicClient> clients = new ArrayList<>();
  private AnthropicClient client;

  @BeforeAll
  void connect() {
    client = client(tenant.key().token());
  }

  @AfterAll
  void close() {
    clients.forEach(AnthropicClient::close);
  }

  private AnthropicClient client(String token) {
    return closedAtTheEnd(
        AnthropicOkHttpClient.builder()
            .baseUrl(bed.gateway().toString())
            .apiKey(token)
            .maxRetries(0)
            .build());
  }

  private AnthropicClient closedAtTheEnd(AnthropicClient made) {
    clients.add(made);
    return made;
  }

  @Test
  void answersAMessage() {
    Message answer = client.messages().create(message(MODEL).build());
    assertThat(text(answer)).contains("naïve café", "你好 世界", "🚀");
    assertThat(answer.usage().outputTokens()).isPositive();
  }

  @Test
  void takesTheKeyAsABearerTokenToo() {
    AnthropicClient other =
        closedAtTheEnd(
            AnthropicOkHttpClient.builder()
                .baseUrl(bed.gateway().toString())
                .authToken(tenant.key().token())
                .maxRetries(0)
                .build());
    assertThat(text(other.messages().create(message(MODEL).build()))).startsWith("Hello ");
  }

  @Test
  void streamsAMessage() {
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(message(MODEL).build())) {
      List<RawMessageStreamEvent> events = stream.stream().toList();
      assertThat(events.getFirst().isMessageStart()).isTrue();
      assertThat(events.getLast().isMessageStop()).isTrue();
      assertThat(text(events)).contains("naïve café", "你好 世界", "🚀").endsWith("good-bye. ");
    }
  }

  @Test
  void usesAToolAndTakesItsResult() {
    MessageCreateParams.Builder conversation = message(MODEL).addTool(weather());
    Message asked = client.messages().create(conversation.build());
    ToolUseBlock use = asked.content().getFirst().asToolUse();
    assertThat(use.name()).isEqualTo("weather");
    assertThat(use._input().toString()).contains("Zürich");
    Message answer =
        client
            .messages()
            .create(
                conversation
                    .addMessage(asked)
                    .addUserMessageOfContentBlockParams(
                        List.of(
                            ContentBlockParam.ofToolResult(
                                ToolResultBlockParam.builder()
                                    .toolUseId(use.id())
                                    .content("sunny")
                                    .build())))
                    .build());
    assertThat(text(answer)).startsWith("Hello ");
  }

  @Test
  void listsTheModelsThatTheKeyMayUse() {
    Tenant listed = bed.tenantWithProviders().withModels("anthropic", "['claude-a','claude-b']");
    Tenant.Key key = listed.key(",'permissions':{'models':{'denied':['claude-b']}}");
    assertThat(client(key.token()).models().list().data())
        .extracting(model -> model.id())
        .containsExactly("claude-a");
  }

  @Test
  void countsTokens() {
    assertThat(
            client
                .messages()
                .countTokens(
                    MessageCountTokensParams.builder().model(MODEL).addUserMessage("hi").build())
                .inputTokens())
        .isPositive();
  }

  @Test
  void throwsWhatTheClientThrowsForAWrongKey() {
    AnthropicClient stranger = client("tgk_unknown");
    UnauthorizedException failure =
        catchThrowableOfType(
            UnauthorizedException.class, () -> stranger.messages().create(message(MODEL).build()));
    assertThat(failure.body().toString()).contains("authentication_error").contains("request_id");
  }

  @Test
  void throwsWhatTheClientThrowsForForbiddenAndUnknownModels() {
    Tenant picky =
        bed.tenant().withProvider("anthropic", bed.simulator().baseUrl(), Bed.PROVIDER_KEY);
    picky.withModels("anthropic", "['claude-*']");
    Tenant.Key key = picky.key(",'permissions':{'models':{'denied':['claude-opus*']}}");
    AnthropicClient other = client(key.token());
    PermissionDeniedException forbidden =
        catchThrowableOfType(
            PermissionDeniedException.class,
            () -> other.messages().create(message("claude-opus-4").build()));
    assertThat(forbidden.body().toString()).contains("permission_error");
    NotFoundException unknown =
        catchThrowableOfType(
            NotFoundException.class,
            () -> other.messages().create(message("mistral-large").build()));
    assertThat(unknown.body().toString()).contains("not_found_error");
  }

  @Test
  void throwsTheProvidersOwnErrors() {
    RateLimitException limited = failure(RateLimitException.class, "sim-429");
    assertThat(limited.headers().values("retry-after")).containsExactly("7");
    assertThat(failure(InternalServerException.class, "sim-500").statusCode()).isEqualTo(500);
    assertThat(failure(AnthropicServiceException.class, "sim-529").statusCode()).isEqualTo(529);
  }

  @Test
  void throwsTheErrorThatEndsAStreamHalfWay() {
    Tenant impatient =
        bed.tenantWithProviders().withTimeouts("anthropic", "{'between_chunks_ms':300}");
    AnthropicClient other = client(impatient.key().token());
    AnthropicServiceException failure =
        catchThrowableOfType(
            AnthropicServiceException.class, () -> drain(other, message("sim-stall-mid").build()));
    assertThat(failure.body().toString()).contains("timeout_error");
  }

  @Test
  void neverTakesAStreamThatIsCutWithinAnEventForAnEnd() {
    assertThatThrownBy(() -> drain(client, message("sim-cut-mid-event").build()))
        .isInstanceOf(AnthropicException.class);
  }

  @Test
  void leavingAStreamCancelsItAtTheProvider() {
    int cancelled = bed.simulator().cancelled();
    MessageCreateParams endless = message("sim-long-5000+slow-10").maxTokens(9999).build();
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(endless)) {
      assertThat(stream.stream().findFirst()).isPresent();
    }
    await().until(() -> bed.simulator().cancelled() > cancelled);
  }

  private static void drain(AnthropicClient client, MessageCreateParams parameters) {
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(parameters)) {
      assertThat(stream.stream().count()).as("never comes to its end").isNegative();
    }
  }

  private <T extends AnthropicServiceException> T failure(Class<T> type, String model) {
    return Objects.requireNonNull(
        catchThrowableOfType(type, () -> client.messages().create(message(model).build())));
  }

  private static MessageCreateParams.Builder message(String model) {
    return MessageCreateParams.builder()
        .model(model)
        .maxTokens(1000)
        .addUserMessage("Grüße, 世界 🚀");
  }

  private static String text(Message message) {
    return message.content().getFirst().asText().text();
  }

  private static String text(List<RawMessageStreamEvent> events) {
    return events.stream()
        .flatMap(event -> event.contentBlockDelta().stream())
        .flatMap(delta -> delta.delta().text().stream())
        .map(text -> text.text())
        .collect(Collectors.joining());
  }

  private static Tool weather() {
    return Tool.builder()
        .name("weather")
        .inputSchema(
            Tool.InputSchema.builder()
                .properties(
                    Tool.InputSchema.Properties.builder()
                        .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                        .build())
                .build())
        .build();
  }
}
