package dev.tollgate.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolOfPathTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, OPENAI",
    "/v1/models, OPENAI",
    "/v1/models/gpt-4o, OPENAI",
    "/v1/messages, ANTHROPIC",
    "/v1beta/models/gemini-2.5-flash:generateContent, GEMINI",
    "/openai/v1/models/ft:gpt-4o:acme:name:id, OPENAI",
    "/openai/v1/models/ft:gpt-4o:acme:predictor, OPENAI",
    "/openai/v1/models/llama3:8b, OPENAI",
    "/gemini/v1beta/models/gemini-2.5-flash:generateContent, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash:generateContent, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash:streamGenerateContent, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash:countTokens, GEMINI",
    "/gemini/v1/models/gemini-embedding-001:embedContent, GEMINI",
    "/gemini/v1/models/gemini-embedding-001:batchEmbedContents, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash:GENERATECONTENT, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash%3AgenerateContent, GEMINI",
    "/gemini/v1/models/gemini-2.5-flash:generateContent/, GEMINI",
    "/v1/models/gemini-2.5-flash:generateContent, GEMINI",
    "/stripe/v1/charges, PASS_THROUGH",
  })
  void isThatOfTheEndpoint(String path, Protocol protocol) {
    assertThat(ProtocolOfPath.of(path)).isEqualTo(protocol);
  }
}
