package dev.tollgate.gateway.usage;

import static dev.tollgate.gateway.pipeline.Protocol.ANTHROPIC;
import static dev.tollgate.gateway.pipeline.Protocol.GEMINI;
import static dev.tollgate.gateway.pipeline.Protocol.OPENAI;
import static dev.tollgate.gateway.pipeline.Protocol.PASS_THROUGH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shape in which a provider tells its usage, cut in every way. */
class UsageReadersTest {

  private static final String SSE = "text/event-stream; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String AWS = "application/vnd.amazon.eventstream";

  /** An answer and what it says. */
  record Shape(
      String name,
      Protocol protocol,
      String type,
      String body,
      @Nullable TokenUsage usage,
      @Nullable String model) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(openAi(), openAiVariants(), responses(), anthropic(), gemini(), others())
        .flatMap(List::stream);
  }

  private static List<Shape> openAi() {
    return List.of(
        new Shape(
            "chat",
            OPENAI,
            JSON,
            """
            {"id":"c","model":"gpt-4o-2024","choices":[{"message":{"content":"ü🦊"}}],"usage":
             {"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":
             {"cached_tokens":8,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4}}}
            """,
            new TokenUsage(19, 10, 8, 4, 0),
            "gpt-4o-2024"),
        new Shape(
            "chat stream, usage in a chunk of its own",
            OPENAI,
            SSE,
            """
            data: {"model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}

            data: {"model":"gpt-4o","choices":[{"delta":{"content":"grüße"}}],"usage":null}

            data: {"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}

            data: [DONE]

            """,
            new TokenUsage(9, 3, 0, 0, 0),
            "gpt-4o"),
        new Shape(
            "completions",
            OPENAI,
            JSON,
            """
            {"object":"text_completion","model":"m","choices":[{"text":"x"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}\
            """,
            new TokenUsage(5, 7, 0, 0, 0),
            "m"),
        new Shape(
            "embeddings",
            OPENAI,
            JSON,
            """
            {"object":"list","data":[{"embedding":[-0.1,1e-9,[{}]],"index":0}],"model":"e-3","usage":{"prompt_tokens":8,"total_tokens":8}}\
            """,
            new TokenUsage(8, 0, 0, 0, 0),
            "e-3"),
        new Shape(
            "images",
            OPENAI,
            JSON,
            """
            {"created":1,"data":[{"b64_json":"aGk="}],"usage":{"total_tokens":100,"input_tokens":40,"output_tokens":60,"input_tokens_details":{"text_tokens":10,"image_tokens":30}}}\
            """,
            new TokenUsage(40, 60, 0, 0, 0),
            null),
        new Shape(
            "transcription",
            OPENAI,
            JSON,
            """
            {"text":"hi","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":101,"total_tokens":115}}\
            """,
            new TokenUsage(14, 101, 0, 0, 0),
            null),
        new Shape(
            "transcription billed by its length",
            OPENAI,
            JSON,
            """
            {"text":"hi","usage":{"type":"duration","seconds":4}}\
            """,
            null,
            null),
        new Shape(
            "transcription stream",
            OPENAI,
            SSE,
            """
            data: {"type":"transcript.text.delta","delta":"\\"usage\\":{\\"input_tokens\\":1}"}

            data: {"type":"transcript.text.done","text":"hi","usage":{"type":"tokens","input_tokens":14,"output_tokens":3,"total_tokens":17}}

            """,
            new TokenUsage(14, 3, 0, 0, 0),
            null),
        new Shape(
            "error",
            OPENAI,
            JSON,
            """
            {"error":{"message":"no","type":"invalid_request_error","usage":{"prompt_tokens":1}}}\
            """,
            null,
            null));
  }

  private static List<Shape> openAiVariants() {
    return List.of(
        new Shape(
            "an event over several data lines",
            OPENAI,
            SSE,
            """
            data: {"model":"m",\r
            data: "usage":{"prompt_tokens":9,\r
            data: "completion_tokens":3}}\r
            \r
            """,
            new TokenUsage(9, 3, 0, 0, 0),
            "m"),
        new Shape(
            "a broken event does not hide the next",
            OPENAI,
            SSE,
            """
            data: {"choices":[{"delta":{"content":"x

            data: {"model":"m","usage":{"prompt_tokens":9,"completion_tokens":3}}

            """,
            new TokenUsage(9, 3, 0, 0, 0),
            "m"),
        new Shape(
            "groq",
            OPENAI,
            SSE,
            """
            data: {"model":"llama","choices":[{"delta":{}}],"x_groq":{"id":"r","usage":{"queue_time":0.28,"prompt_tokens":18,"completion_tokens":73,"total_tokens":91}}}

            """,
            new TokenUsage(18, 73, 0, 0, 0),
            "llama"),
        new Shape(
            "deepseek",
            OPENAI,
            JSON,
            """
            {"model":"d","usage":{"prompt_tokens":18,"completion_tokens":2,"total_tokens":20,"prompt_cache_hit_tokens":10,"prompt_cache_miss_tokens":8}}\
            """,
            new TokenUsage(18, 2, 10, 0, 0),
            "d"),
        new Shape(
            "mistral leaves sound out of the prompt",
            OPENAI,
            JSON,
            """
            {"model":"voxtral","usage":{"prompt_tokens":3,"total_tokens":389,"completion_tokens":11,"prompt_tokens_details":{"audio_tokens":375}}}\
            """,
            new TokenUsage(378, 11, 0, 0, 0),
            "voxtral"),
        new Shape(
            "xAI leaves reasoning out of the completion",
            OPENAI,
            JSON,
            """
            {"model":"grok","usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":141,"completion_tokens_details":{"reasoning_tokens":100}}}\
            """,
            new TokenUsage(32, 109, 0, 100, 0),
            "grok"),
        new Shape(
            "Gemini's OpenAI surface leaves thoughts out",
            OPENAI,
            JSON,
            """
            {"model":"gemini","usage":{"completion_tokens":6,"prompt_tokens":66,"total_tokens":100}}\
            """,
            new TokenUsage(66, 34, 0, 28, 0),
            "gemini"),
        new Shape(
            "Grok on Azure has more cached than prompt tokens",
            OPENAI,
            JSON,
            """
            {"model":"grok","usage":{"prompt_tokens":29,"completion_tokens":6,"total_tokens":35,"prompt_tokens_details":{"cached_tokens":157}}}\
            """,
            new TokenUsage(29, 6, 29, 0, 0),
            "grok"),
        new Shape(
            "openrouter",
            OPENAI,
            SSE,
            """
            : OPENROUTER PROCESSING

            data: {"model":"openai\\/gpt","choices":[{"delta":{}}],"usage":{"prompt_tokens":15,"completion_tokens":9,"total_tokens":24,"cost":0.00006,"is_byok":false,"prompt_tokens_details":{"cached_tokens":1,"cache_write_tokens":2}}}

            """,
            new TokenUsage(15, 9, 1, 0, 2),
            "openai/gpt"),
        new Shape(
            "a translated Anthropic answer has its cache in the prompt",
            OPENAI,
            JSON,
            """
            {"model":"claude","usage":{"prompt_tokens":50,"completion_tokens":1,"total_tokens":51,"cache_read_input_tokens":40,"cache_creation_input_tokens":5}}\
            """,
            new TokenUsage(50, 1, 40, 0, 5),
            "claude"),
        new Shape(
            "rerank by its total",
            OPENAI,
            JSON,
            """
            {"model":"rerank","results":[{"index":0}],"usage":{"total_tokens":17,"cost":3.4e-7}}\
            """,
            new TokenUsage(17, 0, 0, 0, 0),
            "rerank"));
  }

  private static List<Shape> responses() {
    return List.of(
        new Shape(
            "responses",
            OPENAI,
            JSON,
            """
            {"object":"response","tool_usage":{"image_gen":{"input_tokens":1}},"model":"gpt-5","output":[{"content":[{"text":"t"}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":30,"cache_write_tokens":2},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":123}}\
            """,
            new TokenUsage(36, 87, 30, 64, 2),
            "gpt-5"),
        responsesStream("response.completed"),
        responsesStream("response.incomplete"),
        responsesStream("response.failed"));
  }

  private static Shape responsesStream(String last) {
    return new Shape(
        last,
        OPENAI,
        SSE,
        """
        event: response.created
        data: {"type":"response.created","response":{"model":"gpt-5","usage":null}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","delta":"{\\"usage\\":{\\"input_tokens\\":1}}"}

        event: %s
        data: {"type":"%s","response":{"model":"gpt-5","usage":{"input_tokens":11,"output_tokens":3,"total_tokens":14,"output_tokens_details":{"reasoning_tokens":2}}}}

        """
            .formatted(last, last),
        new TokenUsage(11, 3, 0, 2, 0),
        "gpt-5");
  }

  private static List<Shape> anthropic() {
    return List.of(
        new Shape(
            "message",
            ANTHROPIC,
            JSON,
            """
            {"model":"claude","content":[{"type":"tool_use","input":{"usage":{"input_tokens":1}}}],"usage":{"input_tokens":4,"cache_creation_input_tokens":18131,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":18131},"output_tokens":50,"output_tokens_details":{"thinking_tokens":20},"server_tool_use":{"web_search_requests":1}}}\
            """,
            new TokenUsage(18142, 50, 7, 20, 18131),
            "claude"),
        new Shape(
            "message stream",
            ANTHROPIC,
            SSE,
            """
            event: message_start
            data: {"type":"message_start","message":{"model":"claude","content":[],"usage":{"input_tokens":25,"cache_read_input_tokens":5,"cache_creation_input_tokens":null,"output_tokens":1}}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"\\"usage\\":{\\"output_tokens\\":9000}"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}   }

            event: message_stop
            data: {"type":"message_stop"}

            """,
            new TokenUsage(30, 15, 5, 0, 0),
            "claude"),
        new Shape(
            "message stream that corrects its input",
            ANTHROPIC,
            SSE,
            """
            data: {"type":"message_start","message":{"model":"claude","usage":{"input_tokens":43,"output_tokens":1}}}

            data: {"type":"message_delta","usage":{"input_tokens":61,"output_tokens":2}}

            """,
            new TokenUsage(61, 2, 0, 0, 0),
            "claude"),
        new Shape(
            "message that took a compaction, which is billed as well",
            ANTHROPIC,
            JSON,
            """
            {"model":"claude","usage":{"input_tokens":23000,"output_tokens":1000,"iterations":[
             {"type":"compaction","input_tokens":180000,"output_tokens":3500,"cache_read_input_tokens":40},
             {"type":"message","input_tokens":23000,"output_tokens":1000,"cache_creation_input_tokens":2,
              "cache_creation":{"ephemeral_5m_input_tokens":2}}]}}
            """,
            new TokenUsage(203_042, 4_500, 40, 0, 2),
            "claude"),
        new Shape(
            "message stream of iterations, the last list counts",
            ANTHROPIC,
            SSE,
            """
            data: {"type":"message_start","message":{"model":"claude","usage":{"input_tokens":5,"output_tokens":1,"iterations":[{"input_tokens":5,"output_tokens":1}]}}}

            data: {"type":"message_delta","usage":{"output_tokens":9,"iterations":[{"input_tokens":5,"output_tokens":4}]}}

            data: {"type":"message_delta","usage":{"output_tokens":9,"iterations":[{"input_tokens":5,"output_tokens":4},{"input_tokens":7,"output_tokens":5}]}}

            """,
            new TokenUsage(12, 9, 0, 0, 0),
            "claude"),
        new Shape(
            "token counting is no usage", ANTHROPIC, JSON, "{\"input_tokens\":14}", null, null));
  }

  private static List<Shape> gemini() {
    return List.of(
        new Shape(
            "generateContent",
            GEMINI,
            JSON,
            """
            {"candidates":[{"content":{"parts":[{"functionCall":{"args":{"usageMetadata":{"promptTokenCount":1}}}}]}}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":6,"totalTokenCount":141,"cachedContentTokenCount":12,"thoughtsTokenCount":100,"toolUsePromptTokenCount":15,"promptTokensDetails":[{"modality":"TEXT","tokenCount":20}]},"modelVersion":"gemini-2.5"}\
            """,
            new TokenUsage(35, 106, 12, 100, 0),
            "gemini-2.5"),
        new Shape(
            "stream of events, the last counts",
            GEMINI,
            SSE,
            """
            data: {"candidates":[],"usageMetadata":{"trafficType":"ON_DEMAND"},"modelVersion":"g"}\r
            \r
            data: {"candidates":[],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":1,"totalTokenCount":8},"modelVersion":"g"}\r
            \r
            data: {"candidates":[],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":15},"modelVersion":"g"}\r
            \r
            """,
            new TokenUsage(7, 8, 0, 3, 0),
            "g"),
        new Shape(
            "stream as one array",
            GEMINI,
            JSON,
            """
            [{"candidates":[{"content":{"parts":[{"text":"a]},"}]}}],"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7},"modelVersion":"g"}
            ,
            {"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":16,"totalTokenCount":23},"modelVersion":"g"}
            ]\
            """,
            new TokenUsage(7, 16, 0, 0, 0),
            "g"),
        new Shape(
            "embedContent",
            GEMINI,
            JSON,
            """
            {"embedding":{"values":[0.1,-2]},"usageMetadata":{"promptTokenCount":11,"totalTokenCount":11}}\
            """,
            new TokenUsage(11, 0, 0, 0, 0),
            null),
        new Shape(
            "Vertex predictions are summed",
            GEMINI,
            JSON,
            """
            {"predictions":[{"embeddings":{"statistics":{"truncated":false,"token_count":10},"values":[1]}},{"embeddings":{"values":[1],"statistics":{"token_count":5}}}]}\
            """,
            new TokenUsage(15, 0, 0, 0, 0),
            null),
        new Shape(
            "interaction stream",
            GEMINI,
            SSE,
            """
            event: interaction.created
            data: {"interaction":{"model":"g-lite"},"event_type":"interaction.created"}

            data: {"interaction":{"usage":{"total_tokens":326,"total_input_tokens":266,"total_cached_tokens":6,"total_output_tokens":3,"total_tool_use_tokens":4,"total_thought_tokens":53}}}

            """,
            new TokenUsage(270, 56, 6, 53, 0),
            "g-lite"),
        new Shape("token counting is no usage", GEMINI, JSON, "{\"totalTokens\":12}", null, null));
  }

  private static List<Shape> others() {
    return List.of(
        new Shape(
            "cohere v2 stream",
            PASS_THROUGH,
            SSE,
            """
            event: content-delta
            data: {"type":"content-delta","delta":{"message":{"content":{"text":"x"}}}}

            event: message-end
            data: {"type":"message-end","delta":{"usage":{"billed_units":{"input_tokens":65,"output_tokens":63},"tokens":{"input_tokens":508,"output_tokens":86,"reasoning_tokens":28},"cached_tokens":144}}}

            """,
            new TokenUsage(65, 63, 0, 28, 0),
            null),
        new Shape(
            "cohere v1 stream, a document a line",
            PASS_THROUGH,
            "application/stream+json",
            """
            {"event_type":"text-generation","text":"Ar"}
            {"event_type":"stream-end","response":{"text":"Ar","meta":{"billed_units":{"input_tokens":7.0,"output_tokens":115},"tokens":{"input_tokens":69,"output_tokens":116}}}}
            """,
            new TokenUsage(7, 115, 0, 0, 0),
            null),
        new Shape(
            "cohere rerank bills searches",
            PASS_THROUGH,
            JSON,
            """
            {"results":[{"index":1}],"meta":{"billed_units":{"search_units":1}}}\
            """,
            null,
            null),
        new Shape(
            "cohere without a bill",
            PASS_THROUGH,
            JSON,
            """
            {"usage":{"tokens":{"input_tokens":50,"output_tokens":6},"cached_tokens":14}}\
            """,
            new TokenUsage(50, 6, 14, 0, 0),
            null),
        new Shape(
            "bedrock converse",
            PASS_THROUGH,
            JSON,
            """
            {"output":{"message":{"content":[{"text":"x"}]}},"metrics":{"latencyMs":460},"usage":{"inputTokens":930,"outputTokens":14,"totalTokens":1050,"cacheReadInputTokens":100,"cacheWriteInputTokens":6}}\
            """,
            new TokenUsage(1036, 14, 100, 0, 6),
            null),
        new Shape(
            "titan",
            PASS_THROUGH,
            JSON,
            """
            {"inputTextTokenCount":5,"results":[{"tokenCount":10,"outputText":"x"}]}\
            """,
            new TokenUsage(5, 10, 0, 0, 0),
            null),
        new Shape(
            "ollama",
            PASS_THROUGH,
            "application/x-ndjson",
            """
            {"model":"llama3","message":{"content":"x"},"done":false}
            {"model":"llama3","done":true,"prompt_eval_count":26,"eval_count":298}
            """,
            new TokenUsage(26, 298, 0, 0, 0),
            "llama3"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void readsTheShapeHoweverItIsCut(Shape shape) {
    byte[] body = shape.body().getBytes(StandardCharsets.UTF_8);
    Cuts.of(body).forEach(parts -> assertThat(read(shape, null, parts)).isEqualTo(said(shape)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void readsTheShapeThroughAnyService(Shape shape) {
    UsageReader reader = UsageReaders.forAnswer(PASS_THROUGH, shape.type(), null);
    List<byte[]> whole = List.of(shape.body().getBytes(StandardCharsets.UTF_8));
    assertThat(withoutDetails(Cuts.read(reader, whole))).isEqualTo(said(shape));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void readsTheShapeWithoutAContentType(Shape shape) {
    UsageReader reader = UsageReaders.forAnswer(shape.protocol(), null, null);
    List<byte[]> whole = List.of(("\n" + shape.body()).getBytes(StandardCharsets.UTF_8));
    assertThat(withoutDetails(Cuts.read(reader, whole))).isEqualTo(said(shape));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void readsTheShapeCompressed(Shape shape) {
    byte[] body = shape.body().getBytes(StandardCharsets.UTF_8);
    Cuts.of(gzip(body))
        .forEach(parts -> assertThat(read(shape, "gzip", parts)).isEqualTo(said(shape)));
    assertThat(read(shape, "DEFLATE", Cuts.inSteps(deflate(body), 7))).isEqualTo(said(shape));
  }

  /** A line end is LF, CR or CR LF, and the space after the colon may be missing. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void readsEventsOfAnyLineEnd(String lineEnd) {
    shapes()
        .filter(shape -> shape.type().equals(SSE) && !shape.body().contains("\r"))
        .forEach(shape -> {
          String text = shape.body().replace("\n", lineEnd).replace("data: ", "data:");
          List<byte[]> parts = Cuts.inSteps(text.getBytes(StandardCharsets.UTF_8), 1);
          assertThat(read(shape, null, parts)).as(shape.name()).isEqualTo(said(shape));
        });
  }

  @Test
  void readsBedrocksStreams() {
    byte[] converse =
        join(
            message("{\"delta\":{\"text\":\"\\\"usage\\\":{\\\"inputTokens\\\":1}\"}}"),
            message("{\"metrics\":{},\"usage\":{\"inputTokens\":18,\"outputTokens\":181}}"));
    readsAs(converse, new TokenUsage(18, 181, 0, 0, 0), null);
  }

  @Test
  void readsTheModelsEventsWithinBedrocksChunks() {
    byte[] invoke =
        join(
            chunk(
                "{\"type\":\"message_start\",\"message\":{\"model\":\"claude\",\"usage\":"
                    + "{\"input_tokens\":392,\"cache_read_input_tokens\":8,\"output_tokens\":8}}}"),
            chunk("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":133}}"));
    readsAs(invoke, new TokenUsage(400, 133, 8, 0, 0), "claude");
    byte[] metrics =
        chunk(
            "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":"
                + "{\"inputTokenCount\":392,\"outputTokenCount\":97,\"firstByteLatency\":1036}}");
    readsAs(join(invoke, metrics), new TokenUsage(400, 97, 8, 0, 0), "claude");
  }

  @Test
  void aDocumentWithinADocumentIsNotOpenedFurther() {
    String inner = base64("{\"bytes\":\"" + base64("{\"usage\":{\"inputTokens\":9}}") + "\"}");
    readsAs(message("{\"bytes\":\"" + inner + "\"}"), null, null);
  }

  @Test
  void brokenFramingEndsTheReading() {
    byte[] good = message("{\"usage\":{\"inputTokens\":18,\"outputTokens\":181}}");
    byte[] bad = good.clone();
    bad[3] = 3;
    readsAs(join(good, bad, good), new TokenUsage(18, 181, 0, 0, 0), null);
    readsAs(join(bad, good), null, null);
  }

  private static void readsAs(byte[] body, @Nullable TokenUsage usage, @Nullable String model) {
    Cuts.of(body)
        .forEach(parts ->
            assertThat(Cuts.read(UsageReaders.forAnswer(PASS_THROUGH, AWS, null), parts))
                .isEqualTo(new UsageReading(usage, model)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"audio/mpeg", "image/png", "text/html", "application/octet-stream"})
  void readsNothingOfWhatIsNoAnswerOfAModel(String type) {
    String body = "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":9}}";
    UsageReader reader = UsageReaders.forAnswer(OPENAI, type, null);
    assertThat(Cuts.read(reader, List.of(body.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void readsNothingOfAnUnknownEncoding() {
    UsageReader reader = UsageReaders.forAnswer(OPENAI, JSON, "br");
    assertThat(Cuts.read(reader, List.of(new byte[] {1, 2, 3}))).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void whatIsNotCompressedAsSaidYieldsNothing() {
    String body = "{\"usage\":{\"prompt_tokens\":9}}".repeat(9);
    UsageReader reader = UsageReaders.forAnswer(OPENAI, JSON, "gzip");
    assertThat(Cuts.read(reader, Cuts.inSteps(body.getBytes(StandardCharsets.UTF_8), 5)))
        .isEqualTo(UsageReading.NOTHING);
  }

  /** A thousand times as many bytes as came in: stopped, not followed. */
  @Test
  void aCompressionBombIsNotFollowed() {
    byte[] zeros = new byte[8 * 1024 * 1024];
    Arrays.fill(zeros, (byte) ' ');
    byte[] tail = "{\"usage\":{\"prompt_tokens\":9}}".getBytes(StandardCharsets.UTF_8);
    UsageReader reader = UsageReaders.forAnswer(OPENAI, JSON, "gzip");
    assertThat(Cuts.read(reader, List.of(gzip(join(zeros, tail))))).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void aCompressedAnswerOfUsualSizeIsFollowed() {
    byte[] text = new byte[200 * 1024];
    Arrays.fill(text, (byte) ' ');
    byte[] tail = "{\"usage\":{\"prompt_tokens\":9}}".getBytes(StandardCharsets.UTF_8);
    UsageReader reader = UsageReaders.forAnswer(OPENAI, JSON, "gzip");
    assertThat(Cuts.read(reader, List.of(gzip(join(text, tail)))).usage())
        .isEqualTo(new TokenUsage(9, 0, 0, 0, 0));
  }

  @Test
  void readsPastTheOptionalPartsOfAGzipHeader() {
    byte[] plain = gzip("{\"usage\":{\"prompt_tokens\":9}}".getBytes(StandardCharsets.UTF_8));
    byte[] header = Arrays.copyOf(plain, 10);
    header[3] = 2 | 4 | 8 | 16;
    byte[] extra = {3, 0, 1, 2, 3};
    byte[] names = {'n', 0, 'c', 0};
    byte[] crc = {7, 7};
    byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
    for (List<byte[]> parts : Cuts.of(join(header, extra, names, crc, rest)).toList()) {
      UsageReader reader = UsageReaders.forAnswer(OPENAI, JSON, "gzip");
      assertThat(Cuts.read(reader, parts).usage()).isEqualTo(new TokenUsage(9, 0, 0, 0, 0));
    }
  }

  private static UsageReading said(Shape shape) {
    return new UsageReading(shape.usage(), shape.model());
  }

  private static UsageReading read(Shape shape, @Nullable String encoding, List<byte[]> parts) {
    return withoutDetails(
        Cuts.read(UsageReaders.forAnswer(shape.protocol(), shape.type(), encoding), parts));
  }

  /** {@link UsageDetailsTest} is about these. */
  private static UsageReading withoutDetails(UsageReading read) {
    return new UsageReading(read.usage(), read.model());
  }

  private static byte[] chunk(String document) {
    return message("{\"bytes\":\"" + base64(document) + "\",\"p\":\"abcdef\"}");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** One message of an AWS event stream; the checksums are not looked at. */
  private static byte[] message(String payload) {
    byte[] headers = "\13:event-type\7\0\5chunk".getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return written(out -> {
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(headers.length + bytes.length + 16);
      data.writeInt(headers.length);
      data.writeInt(0);
      data.write(headers);
      data.write(bytes);
      data.writeInt(0);
    });
  }

  private static byte[] gzip(byte[] body) {
    return written(out -> {
      try (OutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(body);
      }
    });
  }

  private static byte[] deflate(byte[] body) {
    return written(out -> {
      try (OutputStream deflate = new DeflaterOutputStream(out)) {
        deflate.write(body);
      }
    });
  }

  private static byte[] join(byte[]... parts) {
    return written(out -> {
      for (byte[] part : parts) {
        out.write(part);
      }
    });
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }
}
