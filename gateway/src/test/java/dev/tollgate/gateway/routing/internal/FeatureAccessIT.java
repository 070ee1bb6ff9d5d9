package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
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

/**
 * Every feature on every protocol, allowed and denied; a provider sees nothing of what is denied.
 */
class FeatureAccessIT {

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
            .handle((request, response) ->
                request
                    .receive()
                    .aggregate()
                    .then()
                    .then(Mono.fromRunnable(() -> SEEN.add(request.fullPath())))
                    .thenMany(
                        response
                            .header("content-type", "application/json")
                            .sendString(Mono.just("{}"))))
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

  private static void putProject(CompiledPolicy... policies) {
    gateway.putProject(
        "prj_1",
        List.of(policies),
        TestService.openAi("openai", at()).models("online=gpt-4o:online", "*"),
        TestService.anthropic("anthropic", at()),
        TestService.gemini("gemini", at()),
        ofNoProtocol("plain"),
        ofNoProtocol("bedrock"),
        ofNoProtocol("cohere"),
        ofNoProtocol("elevenlabs"),
        ofNoProtocol("huggingface"),
        ofNoProtocol("replicate"));
  }

  private static TestService ofNoProtocol(String name) {
    return TestService.of(name, Protocol.PASS_THROUGH, at(), new Presentation.Bearer(null));
  }

  private static String at() {
    return "http://127.0.0.1:" + provider.port();
  }

  private static CompiledPolicy features(String feature, boolean allowed) {
    String block = feature.equals("batch_processing") ? "advanced_features" : "features";
    return TestPolicies.document(
        "{'permissions':{'%s':{'%s':%s}}}".formatted(block, feature, allowed));
  }

  private static HttpResponse<String> send(
      String method, String path, @Nullable String body, CompiledPolicy... policies)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + gateway.newKey("prj_1", null, policies))
            .header("Content-Type", contentType(body))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static String contentType(@Nullable String body) {
    if (body == null || body.startsWith("{")) {
      return "application/json";
    }
    return body.startsWith("--b") ? "multipart/form-data; boundary=b" : "text/plain";
  }

  private static void expectRefused(HttpResponse<String> answer, String feature) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains(feature);
    assertThat(answer.headers().firstValue("x-tollgate-error-source")).contains("gateway");
    assertThat(SEEN).isEmpty();
  }

  /** {@code CHAT} begins a chat; a form has its model first. */
  private static @Nullable String body(@Nullable String text) {
    return text == null
        ? null
        : text.replace("CHAT", "'model':'m','messages':[]").replace("\\r\\n", "\r\n");
  }

  private static final String FORM =
      """
      --b
      content-disposition: form-data; name='model'

      m
      --b
      content-disposition: form-data; name='file'; filename='f'

      x
      """
          .replace("\n", "\r\n");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          chat_completion    | POST | /v1/chat/completions | {CHAT}
          chat_completion    | POST | /v1/responses | {'model':'m','input':'x'}
          chat_completion    | GET  | /v1/responses/r |
          chat_completion    | POST | /openai/deployments/m/chat/completions | {'messages':[]}
          chat_completion    | POST | /v1/messages | {CHAT}
          chat_completion    | POST | /v1/messages/count_tokens | {CHAT}
          chat_completion    | POST | /v1beta/models/m:generateContent | {'contents':[]}
          chat_completion    | POST | /v1beta/models/m:countTokens | {'contents':[]}
          chat_completion    | POST | /openai/v1/chat/completions | {CHAT}
          chat_completion    | POST | /openai/v1/Chat/completions | {CHAT}
          chat_completion    | POST | /anthropic/v1/messages | {CHAT}
          chat_completion    | POST | /gemini/v1beta/models/m:generateContent | {'contents':[]}
          chat_completion    | POST | /openai/v1/conversations | {'items':[]}
          chat_completion    | POST | /huggingface/v1/chat/completions | {CHAT}
          chat_completion    | POST | /bedrock/model/x/converse | {'messages':[]}
          chat_completion    | POST | /bedrock/model/x/invoke | {'messages':[]}
          chat_completion    | POST | /cohere/v2/chat | {CHAT}
          chat_completion    | POST | /replicate/v1/predictions | {'version':'v'}
          audio              | POST | /elevenlabs/v1/text-to-speech/v | {'text':'x'}
          function_calling   | POST | /bedrock/model/x/converse | as text
          function_calling   | POST | /cohere/v2/chat | as text
          chat_completion    | POST | /gemini/v1beta/interactions | {'input':'x'}
          chat_completion    | POST | /openai/invocations | {'messages':[]}
          completions        | POST | /openai/v1/anything | {'prompt':'x'}
          completions        | POST | /v1/completions | {'model':'m','prompt':'x'}
          completions        | POST | /openai/v1/completions | {'model':'m','prompt':'x'}
          embeddings         | POST | /v1/embeddings | {'model':'m','input':'x'}
          embeddings         | POST | /v1beta/models/m:embedContent | {'content':{}}
          embeddings         | POST | /openai/v1/embeddings | {'model':'m','input':'x'}
          embeddings         | POST | /gemini/v1beta/models/m:predict | {'instances':[]}
          images             | POST | /gemini/v1beta/models/m:predict | {'instances':[]}
          images             | POST | /gemini/v1beta/models/m:predictLongRunning | {'instances':[]}
          images             | POST | /v1/images/generations | {'model':'m','prompt':'x'}
          images             | POST | /v1/images/edits | FORM
          images             | POST | /openai/v1/images/generations | {'model':'m','prompt':'x'}
          audio              | POST | /v1/audio/speech | {'model':'m','input':'x'}
          audio              | POST | /v1/audio/transcriptions | FORM
          audio              | POST | /openai/v1/audio/transcriptions | FORM
          moderations        | POST | /v1/moderations | {'model':'m','input':'x'}
          files              | GET  | /v1/files |
          files              | POST | /v1/files | FILE
          files              | GET  | /openai/v1/files |
          files              | GET  | /v1/batches |
          batch_processing   | GET  | /v1/files |
          batch_processing   | POST | /v1/files | FILE
          batch_processing   | GET  | /v1/batches |
          batch_processing   | POST | /v1/batches | {'input_file_id':'f'}
          batch_processing   | GET  | /openai/v1/batches |
          batch_processing   | POST | /anthropic/v1/messages/batches | {'requests':[]}
          passthrough        | POST | /openai/v1/chat/completions | {CHAT}
          passthrough        | GET  | /plain/v1/anything |
          function_calling   | POST | /v1/chat/completions | {CHAT,'tools':[{'type':'function'}]}
          function_calling   | POST | /v1/chat/completions | {CHAT,'functions':[{'name':'f'}]}
          function_calling   | POST | /v1/responses | {'model':'m','tools':[{'type':'mcp'}]}
          function_calling   | POST | /v1/responses | {'model':'m','prompt':{'id':'p'}}
          function_calling   | POST | /v1/messages | {CHAT,'tools':[{'name':'f','input_schema':{}}]}
          function_calling   | POST | /v1beta/models/m:generateContent | {'tools':[{'functionDeclarations':[{}]}]}
          function_calling   | POST | /openai/v1/chat/completions | {CHAT,'tools':[{'type':'function'}]}
          function_calling   | POST | /openai/v1/anything | {CHAT,'tools':[{'type':'function'}]}
          function_calling   | POST | /openai/v1/anything | as text
          function_calling   | POST | /v1/batches | {'input_file_id':'f'}
          vision             | POST | /v1/chat/completions | {'model':'m','messages':[{'content':[{'type':'image_url','image_url':{}}]}]}
          vision             | POST | /v1/responses | {'model':'m','input':[{'content':[{'type':'input_image'}]}]}
          vision             | POST | /v1/messages | {'model':'m','messages':[{'content':[{'type':'image'}]}]}
          vision             | POST | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'inline_data':{'mime_type':'image/png'}}]}]}
          vision             | POST | /anthropic/v1/messages | {'model':'m','messages':[{'content':[{'type':'image'}]}]}
          structured_outputs | POST | /v1/chat/completions | {CHAT,'response_format':{'type':'json_object'}}
          structured_outputs | POST | /v1/responses | {'model':'m','text':{'format':{'type':'json_schema'}}}
          structured_outputs | POST | /v1/messages | {CHAT,'output_config':{'format':{'type':'json_schema'}}}
          structured_outputs | POST | /v1beta/models/m:generateContent | {'generationConfig':{'responseMimeType':'application/json'}}
          web_search         | POST | /v1/chat/completions | {CHAT,'web_search_options':{}}
          web_search         | POST | /v1/chat/completions | {CHAT,'plugins':[{'id':'web'}]}
          web_search         | POST | /v1/chat/completions | {'model':'gpt-4o-search-preview','messages':[]}
          web_search         | POST | /v1/chat/completions | {'model':'online','messages':[]}
          web_search         | POST | /v1/chat/completions | {CHAT,'models':['gpt-4o:online']}
          web_search         | POST | /v1/responses | {'model':'m','tools':[{'type':'web_search'}]}
          web_search         | POST | /v1/messages | {CHAT,'tools':[{'type':'web_search_20250305'}]}
          web_search         | POST | /v1beta/models/m:generateContent | {'tools':[{'googleSearch':{}}]}
          prompt_caching     | POST | /v1/chat/completions | {CHAT,'prompt_cache_key':'k'}
          prompt_caching     | POST | /v1/messages | {CHAT,'system':[{'cache_control':{}}]}
          prompt_caching     | POST | /v1beta/models/m:generateContent | {'cachedContent':'c'}
          prompt_caching     | POST | /gemini/v1beta/cachedContents | {'model':'models/m','contents':[]}
          streaming          | POST | /v1/chat/completions | {CHAT,'stream':true}
          streaming          | GET  | /v1/responses/r?stream=true |
          streaming          | GET  | /v1/responses/r?a=b&%73tream=1 |
          streaming          | POST | /v1/messages | {CHAT,'stream':true}
          streaming          | POST | /v1beta/models/m:streamGenerateContent | {'contents':[]}
          streaming          | POST | /gemini/v1beta/models/m:streamGenerateContent | {'contents':[]}
          message_transforms | POST | /v1/chat/completions | {CHAT,'transforms':['middle-out']}
          message_transforms | POST | /openai/v1/chat/completions | {CHAT,'transforms':['middle-out']}
          """)
  void refusesAFeatureThatIsDeniedAndPassesItOtherwise(
      String feature, String method, String path, @Nullable String template) throws Exception {
    String body = bodyOf(template);

    expectRefused(send(method, path, body, features(feature, false)), feature);
    putProject(features(feature, false));
    expectRefused(send(method, path, body, features(feature, true)), feature);
    putProject(features(feature, true));
    assertThat(send(method, path, body, features(feature, true)).statusCode()).isEqualTo(200);
    assertThat(SEEN).hasSize(1);
  }

  private static @Nullable String bodyOf(@Nullable String template) {
    if ("FORM".equals(template)) {
      return FORM + "--b--\r\n";
    }
    return "FILE".equals(template)
        ? FORM.substring(FORM.indexOf("--b", 1)) + "--b--\r\n"
        : body(template);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          function_calling   | /v1/chat/completions | {CHAT,'tools':[]}
          function_calling   | /v1/chat/completions | {'model':'m','messages':[{'tool_calls':[{'type':'function'}]}]}
          function_calling   | /plain/v1/anything | as text
          vision             | /v1/images/edits | {'model':'m','images':[{'image_url':'x'}]}
          vision             | /v1/messages | {'model':'m','messages':[{'content':[{'type':'document'}]}]}
          structured_outputs | /v1/chat/completions | {CHAT,'response_format':{'type':'text'}}
          structured_outputs | /v1/images/generations | {'model':'m','response_format':'b64_json'}
          streaming          | /v1/chat/completions | {CHAT,'stream':false}
          chat_completion    | /gemini/v1beta/models/m:predict | {'instances':[]}
          chat_completion    | /v1/completions | {'model':'m','prompt':'x'}
          completions        | /v1/chat/completions | {CHAT}
          chat_completion    | /plain/v1/chat/completions | {CHAT}
          files              | /plain/v1/files | {}
          """)
  void passesWhatIsNoUse(String feature, String path, String template) throws Exception {
    assertThat(send("POST", path, body(template), features(feature, false)).statusCode())
        .isEqualTo(200);
    assertThat(SEEN).hasSize(1);
  }

  @Test
  void refusesAStreamThatAFormAsksForBehindItsFile() throws Exception {
    String last = "--b\r\ncontent-disposition: form-data; name='stream'\r\n\r\ntrue\r\n--b--\r\n";
    String form = FORM.replace("\r\nx\r\n", "\r\n" + "x".repeat(3_000_000) + "\r\n") + last;

    HttpResponse<String> allowed =
        send("POST", "/v1/audio/transcriptions", form, features("streaming", true));
    assertThat(allowed.statusCode()).isEqualTo(200);
    SEEN.clear();
    expectRefused(
        send("POST", "/v1/audio/transcriptions", form, features("streaming", false)), "streaming");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          /v1/batches | {'model':'m','input_file_id':'f'}
          /openai/v1/batches | {'model':'m','input_file_id':'f'}
          /anthropic/v1/messages/batches | {'model':'m','requests':[{'params':{'model':'other'}}]}
          /gemini/v1beta/models/m:batchGenerateContent | {'batch':{}}
          """)
  void takesABatchForAModelThatIsNotNamed(String path, String body) throws Exception {
    expectRefused(
        send("POST", path, body, TestPolicies.models(List.of("m"), List.of())),
        "model_not_allowed");
    assertThat(send("POST", path, body).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/openai/v1/realtime/client_secrets",
    "POST,/openai/v1/Realtime/client%5Fsecrets",
    "POST,/openai/v1/realtime/sessions",
    "POST,/openai/v1/realtime/transcription_sessions",
    "POST,/openai/v1/chatkit/sessions",
    "POST,/gemini/v1alpha/auth_tokens",
    "POST,/elevenlabs/v1/single-use-token/realtime_scribe",
    "GET,/elevenlabs/v1/convai/conversation/get-signed-url",
    "GET,/elevenlabs/v1/convai/conversation/token"
  })
  void letsNoProviderGiveOutCredentials(String method, String path) throws Exception {
    expectRefused(send(method, path, null), "operation_not_allowed");
    if (method.equals("POST")) {
      expectRefused(send(method, path, "{}"), "operation_not_allowed");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          /replicate/v1/predictions | {'version':'black-forest-labs/flux-pro'}
          /replicate/v1/models/black-forest-labs/flux-pro/predictions | {'input':{}}
          /replicate/v1/Models/black-forest-labs/FLUX-pro/predictions | {'input':{}}
          /replicate/v1/models/black-forest-labs/flux-pro | {'input':{}}
          /huggingface/hf-inference/models/black-forest-labs/flux-pro | as text
          /elevenlabs/v1/text-to-speech/v | {'model_id':'eleven_v3'}
          /openai/v1/models/black-forest-labs/flux-pro/run | {'input':{}}
          """)
  void judgesModelsOfServicesWithoutAProtocol(String path, String body) throws Exception {
    for (CompiledPolicy policy :
        List.of(
            TestPolicies.models(List.of(), List.of()),
            TestPolicies.models(null, List.of("black-forest-labs/flux-*")))) {
      expectRefused(send("POST", path, body, policy), "model_not_allowed");
    }
    assertThat(send("POST", path, body).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          /elevenlabs/v1/text-to-speech/v | {'model':'fine','model_id':'denied'}
          /replicate/v1/predictions | {'model':'fine','version':'denied'}
          /replicate/v1/deployments/fine/any/predictions | {'input':{}}
          """)
  void takesNoNameForAModelThatTheProviderDoesNotRead(String path, String body) throws Exception {
    expectRefused(
        send("POST", path, body, TestPolicies.models(List.of("fine"), List.of())),
        "model_not_allowed");
  }

  @Test
  void letsOtherModelsOfServicesWithoutAProtocolPass() throws Exception {
    CompiledPolicy flux = TestPolicies.models(List.of("black-forest-labs/*"), List.of("*/flux-2"));

    assertThat(
            send(
                    "POST",
                    "/replicate/v1/models/black-forest-labs/flux-pro/predictions",
                    "{'input':{}}",
                    flux)
                .statusCode())
        .isEqualTo(200);
    assertThat(send("POST", "/plain/v1/models/a/b", "{'amount':1}").statusCode()).isEqualTo(200);
    assertThat(send("POST", "/plain/v1/charges", "{'amount':1}", flux).statusCode()).isEqualTo(200);
  }

  @Test
  void judgesEveryModelThatMayRun() throws Exception {
    CompiledPolicy policy = TestPolicies.models(null, List.of("gpt-5*"));

    expectRefused(
        send(
            "POST",
            "/v1/chat/completions",
            "{'model':'m','models':['a','gpt-5-pro'],'messages':[]}",
            policy),
        "model_not_allowed");
    assertThat(
            send(
                    "POST",
                    "/v1/chat/completions",
                    "{'model':'m','models':['a','b'],'messages':[]}",
                    policy)
                .statusCode())
        .isEqualTo(200);
  }
}
