package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.models.Model;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** OpenAI's own Java client, with nothing changed but the base URL and the key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiSdkIT {

  private static final String MODEL = "gpt-4o";
  private static final byte[] EVERY_BYTE = everyByte();

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private final Tenant.Key key = tenant.key();
  private final List<OpenAIClient> clients = new ArrayList<>();
  private OpenAIClient client;

  @BeforeAll
  void connect() {
    client = client(key.token());
  }

  @AfterAll
  void close() {
    clients.forEach(OpenAIClient::close);
  }

  private OpenAIClient client(String token) {
    return closedAtTheEnd(
        OpenAIOkHttpClient.builder()
            .baseUrl(bed.gateway() + "/v1")
            .apiKey(token)
            .maxRetries(0)
            .build());
  }

  private OpenAIClient closedAtTheEnd(OpenAIClient made) {
    clients.add(made);
    return made;
  }

  @Test
  void answersAChatCompletion() {
    ChatCompletion answer = client.chat().completions().create(chat(MODEL).build());
    assertThat(text(answer.choices().getFirst().message())).contains("naïve café", "你好 世界", "🚀");
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @Test
  void streamsAChatCompletionWithoutTheUsageThatItDidNotAskFor() {
    List<ChatCompletionChunk> chunks = stream(chat(MODEL).build());
    assertThat(text(chunks)).contains("naïve café", "你好 世界", "🚀").endsWith("good-bye. ");
    assertThat(chunks)
        .allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty())
        .allSatisfy(chunk -> assertThat(chunk.choices()).isNotEmpty());
  }

  @Test
  void streamsTheUsageThatItAskedFor() {
    List<ChatCompletionChunk> chunks =
        stream(
            chat(MODEL)
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());
    assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isPositive();
    assertThat(chunks.getLast().choices()).isEmpty();
  }

  @Test
  void callsAFunctionAndTakesItsResult() {
    ChatCompletionCreateParams.Builder conversation = chat(MODEL).addFunctionTool(weather());
    ChatCompletionMessage asked =
        client.chat().completions().create(conversation.build()).choices().getFirst().message();
    ChatCompletionMessageToolCall call = asked.toolCalls().orElseThrow().getFirst();
    assertThat(call.asFunction().function().name()).isEqualTo("weather");
    assertThat(call.asFunction().function().arguments()).contains("Zürich");
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                conversation
                    .addMessage(asked)
                    .addMessage(
                        ChatCompletionToolMessageParam.builder()
                            .toolCallId(call.asFunction().id())
                            .content("sunny")
                            .build())
                    .build());
    assertThat(text(answer.choices().getFirst().message())).startsWith("Hello ");
  }

  @Test
  void streamsAFunctionCall() {
    String arguments =
        stream(chat(MODEL).addFunctionTool(weather()).build()).stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().toolCalls().stream().flatMap(List::stream))
            .flatMap(call -> call.function().stream())
            .map(function -> function.arguments().orElse(""))
            .collect(Collectors.joining());
    assertThat(arguments).isEqualTo("{\"city\":\"Zürich\"}");
  }

  @Test
  void createsReadsAndDeletesAResponse() {
    Response made = client.responses().create(response());
    assertThat(text(made)).contains("🚀");
    assertThat(text(client.responses().retrieve(made.id()))).isEqualTo(text(made));
    client.responses().delete(made.id());
    assertThat(
            catchThrowableOfType(
                NotFoundException.class, () -> client.responses().retrieve(made.id())))
        .isNotNull();
  }

  @Test
  void streamsAResponse() {
    try (StreamResponse<ResponseStreamEvent> stream =
        client.responses().createStreaming(response())) {
      List<ResponseStreamEvent> events = stream.stream().toList();
      assertThat(events.getFirst().isCreated()).isTrue();
      assertThat(text(events.getLast().asCompleted().response())).contains("你好 世界");
    }
  }

  @Test
  void embedsAsNumbersAndAsBase64() {
    CreateEmbeddingResponse numbers =
        client.embeddings().create(embedding(EmbeddingCreateParams.EncodingFormat.FLOAT));
    CreateEmbeddingResponse base64 =
        client.embeddings().create(embedding(EmbeddingCreateParams.EncodingFormat.BASE64));
    assertThat(numbers.data()).hasSize(2);
    assertThat(numbers.data().getFirst().embedding()).hasSize(8).contains(1 / 64f);
    assertThat(base64.data().getFirst().embedding())
        .isEqualTo(numbers.data().getFirst().embedding());
  }

  @Test
  void generatesAnImage() {
    String image =
        client
            .images()
            .generate(ImageGenerateParams.builder().model("gpt-image-1").prompt("a gate").build())
            .data()
            .orElseThrow()
            .getFirst()
            .b64Json()
            .orElseThrow();
    assertThat(image).startsWith("iVBORw0KGgo");
  }

  @Test
  void speaksInBytesThatArriveAsTheyWere() throws Exception {
    try (HttpResponse speech =
        client
            .audio()
            .speech()
            .create(
                SpeechCreateParams.builder().model("tts-1").voice("alloy").input("hi").build())) {
      byte[] audio = speech.body().readAllBytes();
      assertThat(audio).hasSize(16 * 4096);
      for (int i = 0; i < audio.length; i++) {
        assertThat(audio[i]).isEqualTo((byte) (i % 4096 * 31 + i / 4096));
      }
    }
  }

  @Test
  void transcribesAnUploadedFile() {
    TranscriptionCreateParams upload =
        TranscriptionCreateParams.builder()
            .model("whisper-1")
            .file(file("naïve.mp3", EVERY_BYTE))
            .build();
    assertThat(client.audio().transcriptions().create(upload).asTranscription().text())
        .startsWith("Heard " + EVERY_BYTE.length + " bytes of ");
  }

  @Test
  void uploadsListsReadsAndDeletesFiles() throws Exception {
    FileObject uploaded = upload("all-bytes.jsonl", EVERY_BYTE);
    assertThat(uploaded.bytes()).isEqualTo(EVERY_BYTE.length);
    assertThat(client.files().list().data()).extracting(FileObject::id).contains(uploaded.id());
    try (HttpResponse content = client.files().content(uploaded.id())) {
      assertThat(content.body().readAllBytes()).isEqualTo(EVERY_BYTE);
    }
    assertThat(client.files().delete(uploaded.id()).deleted()).isTrue();
    assertThat(client.files().list().data())
        .extracting(FileObject::id)
        .doesNotContain(uploaded.id());
  }

  @Test
  void makesAndCancelsABatch() {
    FileObject input = upload("batch.jsonl", "{}\n".getBytes(UTF_8));
    Batch batch =
        client
            .batches()
            .create(
                BatchCreateParams.builder()
                    .inputFileId(input.id())
                    .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                    .completionWindow(BatchCreateParams.CompletionWindow._24H)
                    .build());
    assertThat(client.batches().retrieve(batch.id()).inputFileId()).isEqualTo(input.id());
    assertThat(client.batches().list().data()).extracting(Batch::id).contains(batch.id());
    assertThat(client.batches().cancel(batch.id()).status()).isEqualTo(Batch.Status.CANCELLING);
  }

  @Test
  void listsAndRetrievesTheModelsThatTheKeyMayUse() {
    String token = tenant.key(",'permissions':{'models':{'denied':['gpt-5*']}}").token();
    OpenAIClient restricted = client(token);
    assertThat(restricted.models().list().data())
        .extracting(Model::id)
        .contains("gpt-4o", "whisper-1")
        .doesNotContain("gpt-5-mini");
    assertThat(restricted.models().retrieve("gpt-4o").id()).isEqualTo("gpt-4o");
  }

  @Test
  void moderates() {
    assertThat(
            client
                .moderations()
                .create(
                    ModerationCreateParams.builder()
                        .model("omni-moderation-latest")
                        .input("hello")
                        .build())
                .results()
                .getFirst()
                .flagged())
        .isFalse();
  }

  @Test
  void throwsWhatTheClientThrowsForAWrongKey() {
    OpenAIClient stranger = client("tgk_unknown");
    UnauthorizedException failure =
        catchThrowableOfType(
            UnauthorizedException.class,
            () -> stranger.chat().completions().create(chat(MODEL).build()));
    assertThat(failure.code()).contains("invalid_api_key");
    assertThat(failure.type()).contains("invalid_request_error");
  }

  @Test
  void throwsWhatTheClientThrowsForAForbiddenModel() {
    String token = tenant.key(",'permissions':{'models':{'denied':['gpt-5*']}}").token();
    OpenAIClient restricted = client(token);
    PermissionDeniedException failure =
        catchThrowableOfType(
            PermissionDeniedException.class,
            () -> restricted.chat().completions().create(chat("gpt-5-mini").build()));
    assertThat(failure.code()).contains("model_not_allowed");
    assertThat(restricted.chat().completions().create(chat(MODEL).build()).id()).isNotEmpty();
  }

  @Test
  void throwsWhatTheClientThrowsForAModelThatNobodyServes() {
    Tenant picky = bed.tenant().withProvider("openai", bed.simulator().baseUrl(), Bed.PROVIDER_KEY);
    picky.withModels("openai", "['gpt-4o*']");
    OpenAIClient other = client(picky.key().token());
    NotFoundException failure =
        catchThrowableOfType(
            NotFoundException.class,
            () -> other.chat().completions().create(chat("o9-preview").build()));
    assertThat(failure.code()).contains("model_not_found");
  }

  @Test
  void throwsTheProvidersOwnRateLimitWithItsRetryAfter() {
    RateLimitException failure = failure(RateLimitException.class, "sim-429");
    assertThat(failure.headers().values("retry-after")).containsExactly("7");
    assertThat(failure.headers().values("x-should-retry")).containsExactly("true");
    assertThat(failure.headers().values("x-tollgate-error-source")).containsExactly("provider");
    assertThat(failure.code()).contains("rate_limit_error");
  }

  @Test
  void throwsTheProvidersOwnErrors() {
    assertThat(failure(InternalServerException.class, "sim-500").statusCode()).isEqualTo(500);
    InternalServerException overloaded = failure(InternalServerException.class, "sim-529");
    assertThat(overloaded.statusCode()).isEqualTo(529);
    assertThat(overloaded.headers().values("retry-after")).containsExactly("7");
  }

  @Test
  void leavingAStreamCancelsItAtTheProvider() {
    int cancelled = bed.simulator().cancelled();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat("sim-long-5000+slow-10").build())) {
      assertThat(stream.stream().findFirst()).isPresent();
    }
    await().until(() -> bed.simulator().cancelled() > cancelled);
  }

  @Test
  void aHundredStreamsAtOnceEachGetAllOfTheirs() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> calls =
          IntStream.range(0, 100)
              .<Callable<String>>mapToObj(i -> () -> text(stream(chat(longModel(i)).build())))
              .toList();
      List<Future<String>> answers = clients.invokeAll(calls);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get().split(" ")).hasSize(30 + i);
      }
    }
  }

  /** A stream of so many words and some more, so that no two are the same. */
  private static String longModel(int more) {
    return "sim-long-" + (30 + more);
  }

  private <T extends OpenAIServiceException> T failure(Class<T> type, String model) {
    return Objects.requireNonNull(
        catchThrowableOfType(type, () -> client.chat().completions().create(chat(model).build())));
  }

  private static ChatCompletionCreateParams.Builder chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Grüße, 世界 🚀");
  }

  private List<ChatCompletionChunk> stream(ChatCompletionCreateParams parameters) {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(parameters)) {
      return stream.stream().toList();
    }
  }

  private static String text(ChatCompletionMessage message) {
    return message.content().orElse("");
  }

  private static String text(List<ChatCompletionChunk> chunks) {
    return chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .map(choice -> choice.delta().content().orElse(""))
        .collect(Collectors.joining());
  }

  private static FunctionDefinition weather() {
    return FunctionDefinition.builder()
        .name("weather")
        .parameters(
            FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build())
        .build();
  }

  private static ResponseCreateParams response() {
    return ResponseCreateParams.builder().model(MODEL).input("Grüße, 世界 🚀").build();
  }

  private static String text(Response response) {
    return response.output().getFirst().asMessage().content().getFirst().asOutputText().text();
  }

  private static EmbeddingCreateParams embedding(EmbeddingCreateParams.EncodingFormat format) {
    return EmbeddingCreateParams.builder()
        .model("text-embedding-3-small")
        .inputOfArrayOfStrings(List.of("one", "two"))
        .encodingFormat(format)
        .build();
  }

  private FileObject upload(String name, byte[] content) {
    return client
        .files()
        .create(
            FileCreateParams.builder()
                .file(file(name, content))
                .purpose(FilePurpose.BATCH)
                .build());
  }

  private static MultipartField<InputStream> file(String name, byte[] content) {
    return MultipartField.<InputStream>builder()
        .value(new ByteArrayInputStream(content))
        .filename(name)
        .build();
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[64 << 10];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + i / 256);
    }
    return bytes;
  }
}
