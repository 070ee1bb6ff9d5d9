package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import dev.tollgate.gateway.support.TestService;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamTargetTest {

  private static ServiceSnapshot service(
      String provider, String baseUrl, @Nullable String versionPrefix) {
    return new ServiceSnapshot(
        "svc_1",
        "service",
        provider,
        Set.of(),
        URI.create(baseUrl),
        new Presentation.None(),
        Map.of(),
        null,
        100,
        null,
        Timeouts.NONE,
        null,
        new ProviderDefinition(Set.of(), Set.of(), Set.of(), false, versionPrefix));
  }

  /** The base URLs as the catalogue has them, and as people write them. */
  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1,                 /v1, /v1/chat/completions, /v1/chat/completions",
    "https://api.openai.com,                    /v1, /v1/chat/completions, /v1/chat/completions",
    "https://api.openai.com/,                   /v1, /v1/models,           /v1/models",
    "https://api.groq.com/openai/v1,            /v1, /v1/chat/completions, /openai/v1/chat/completions",
    "https://api.groq.com/openai,               /v1, /v1/embeddings,       /openai/v1/embeddings",
    "https://openrouter.ai/api/v1,              /v1, /v1/completions,      /api/v1/completions",
    "https://api.fireworks.ai/inference/v1,     /v1, /v1/responses/r_1,    /inference/v1/responses/r_1",
    "https://my.openai.azure.com/openai/v1,     /v1, /v1/chat/completions, /openai/v1/chat/completions",
    "https://api.anthropic.com,                 /v1, /v1/messages,         /v1/messages",
    "https://api.anthropic.com/v1,              /v1, /v1/messages,         /v1/messages",
    "https://generativelanguage.googleapis.com/v1beta/openai, /v1, /v1/chat/completions, /v1beta/openai/chat/completions",
    "https://generativelanguage.googleapis.com/v1beta/openai/, /v1, /v1/models, /v1beta/openai/models",
    "https://api.deepinfra.com/v1/openai,       /v1, /v1/embeddings,       /v1/openai/embeddings",
    "https://aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi, /v1, /v1/chat/completions,"
        + " /v1/projects/p/locations/l/endpoints/openapi/chat/completions",
    "https://gateway.ai.cloudflare.com/v1/a/g/openai, /v1, /v1/responses/r_1, /v1/a/g/openai/responses/r_1",
    "https://gateway.ai.cloudflare.com/v1/a/g/anthropic, /v1, /v1/messages, /v1/a/g/anthropic/v1/messages",
    "https://gateway.ai.cloudflare.com/v1/a/g/google, /v1beta, /v1beta/models/g:countTokens,"
        + " /v1/a/g/google/v1beta/models/g:countTokens",
    "https://x.example/v1beta/openai,           /v1, /openai/deployments/d/chat/completions,"
        + " /v1beta/openai/chat/completions",
    "https://open.bigmodel.cn/api/paas/v4,      /v1, /v1/chat/completions, /api/paas/v4/chat/completions",
    "http://localhost:11434/v1,                 /v1, /v1/chat/completions, /v1/chat/completions",
    "http://localhost:8000,                     /v1, /v1/files/f_1/content, /v1/files/f_1/content",
    "https://generativelanguage.googleapis.com, /v1beta, /v1beta/models/g:generateContent,"
        + " /v1beta/models/g:generateContent",
    "https://generativelanguage.googleapis.com/v1beta, /v1beta, /v1beta/models/g:countTokens,"
        + " /v1beta/models/g:countTokens",
  })
  void joinsAProtocolsPath(String baseUrl, String prefix, String path, String expected) {
    assertThat(UpstreamTarget.protocol(service("any", baseUrl, prefix), path)).isEqualTo(expected);
  }

  /** {@code /v1/models} is both protocols'; only OpenAI's base URLs bring the version. */
  @Test
  void asksAnAnthropicServiceForItsModelsUnderAVersion() {
    ServiceSnapshot anthropic =
        TestService.anthropic("a", "https://x.example/v1/accounts/a/anthropic").snapshot();

    assertThat(UpstreamTarget.protocol(anthropic, "/v1/models"))
        .isEqualTo("/v1/accounts/a/anthropic/v1/models");
  }

  @Test
  void keepsThePathsOwnVersionWhereTheCatalogueHasNone() {
    assertThat(UpstreamTarget.protocol(service("any", "https://x.example/api", null), "/v1/models"))
        .isEqualTo("/api/v1/models");
  }

  @ParameterizedTest
  @CsvSource({
    "azure-openai, https://my.openai.azure.com/openai/v1, /openai/deployments/d/chat/completions",
    "azure-openai, https://my.openai.azure.com,           /openai/deployments/d/chat/completions",
    "openai,       https://api.openai.com/v1,             /v1/chat/completions",
    "vllm,         http://localhost:8000,                 /v1/chat/completions",
  })
  void leadsAzurePathsToAnyServiceOfTheProtocol(String provider, String baseUrl, String expected) {
    assertThat(
            UpstreamTarget.protocol(
                service(provider, baseUrl, "/v1"), "/openai/deployments/d/chat/completions"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1,            /s/v1/chat/completions,         /v1/chat/completions",
    "https://api.openai.com,               /s/v1/chat/completions,         /v1/chat/completions",
    "https://api.openai.com/v1,            /s/chat/completions,            /v1/chat/completions",
    "https://api.openai.com/v1,            /s/v1,                          /v1",
    "https://api.openai.com/v1,            /s/v10/x,                       /v1/v10/x",
    "https://api.elevenlabs.io,            /s/v1/text-to-speech/voice,     /v1/text-to-speech/voice",
    "https://api.stripe.com,               /s/v1/customers,                /v1/customers",
    "https://api.cohere.com,               /s/v2/chat,                     /v2/chat",
    "https://api.groq.com/openai/v1,       /s/v1/chat/completions,         /openai/v1/chat/completions",
    "https://api.groq.com/openai/v1,       /s/openai/v1/chat/completions,  /openai/v1/chat/completions",
    "https://openrouter.ai/api/v1,         /s/api/v1/chat/completions,     /api/v1/chat/completions",
    "https://x.example/v1beta/openai,      /s/v1beta/openai/models,        /v1beta/openai/models",
    "https://x.example/v1beta/openai,      /s/chat/completions,            /v1beta/openai/chat/completions",
    "https://x.example/openai,             /s/openai/models,               /openai/openai/models",
    "https://x.example/v1/tenants/t,       /s/v1/tenants/t/things,         /v1/tenants/t/things",
    "https://x.example/v1/tenants/t,       /s/v1/things,                   /v1/tenants/t/v1/things",
    "https://api.example.com,              /s,                             /",
    "https://api.example.com,              /s/,                            /",
    "https://api.example.com/base,         /s/a%2Fb/c,                     /base/a%2Fb/c",
  })
  void joinsAPassThroughPath(String baseUrl, String path, String expected) {
    assertThat(UpstreamTarget.passThrough(service("any", baseUrl, "/v1"), path))
        .isEqualTo(expected);
  }

  @Test
  void leadsPassThroughToAzuresDeploymentsBesideItsVersionedPath() {
    ServiceSnapshot azure = service("azure-openai", "https://my.openai.azure.com/openai/v1", "/v1");

    assertThat(UpstreamTarget.passThrough(azure, "/az/openai/deployments/d/chat/completions"))
        .isEqualTo("/openai/deployments/d/chat/completions");
    assertThat(UpstreamTarget.passThrough(azure, "/az/openai/v1/responses"))
        .isEqualTo("/openai/v1/responses");
    assertThat(UpstreamTarget.passThrough(azure, "/az/v1/responses"))
        .isEqualTo("/openai/v1/responses");
  }

  @ParameterizedTest
  @CsvSource({
    "/openai/v1/x, openai",
    "/openai, openai",
    "/my%2Bservice/x, my+service",
    "/a+b/x, a+b"
  })
  void namesTheService(String path, String expected) {
    assertThat(UpstreamTarget.serviceName(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,                      true,  -",
        "alt=sse,                true,  alt=sse",
        "key=tgk_1,              true,  -",
        "key=anything,           true,  -",
        "alt=sse&key=tgk_1,      true,  alt=sse",
        "key=tgk_1&alt=sse&a=b,  true,  alt=sse&a=b",
        "%6Bey=tgk_1&a=b,        true,  a=b",
        "key=anything,           false, key=anything",
        "token=tgk_1&a=b,        false, a=b",
        "a=%zz&token=tgk_1,      false, a=%zz",
      })
  void takesTheKeyOutOfTheQuery(
      @Nullable String query, boolean keyInQuery, @Nullable String expected) {
    assertThat(UpstreamTarget.query(query, keyInQuery)).isEqualTo(expected);
  }
}
