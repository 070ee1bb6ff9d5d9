package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathModelTest {

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models/gemini-2.5-flash:generateContent, gemini-2.5-flash, false",
    "/v1beta/models/gemini-2.5-flash:streamGenerateContent, gemini-2.5-flash, true",
    "/gemini/v1beta/models/gemini:generateContent/, gemini, false",
    "/gemini/v1beta/tunedModels/mine:generateContent, mine, false",
    "/v1beta/models/gemini, gemini, false",
    "/openai/deployments/gpt-4o/chat/completions, gpt-4o, false",
    "/bedrock/model/anthropic.claude-v1%3A0/invoke, anthropic.claude-v1:0, false",
    "/bedrock/model/anthropic.claude-v1:0/converse-stream, anthropic.claude-v1:0, true",
    "/x/models/a+b:run, a+b, false",
    "/azure/openai/Deployments/gpt-4o/chat/completions, gpt-4o, false",
    "/models/openai/deployments/gpt-4o/chat/completions, gpt-4o, false",
    "/gemini/v1beta/MODELS/gemini:STREAMgenerateContent, gemini, true",
  })
  void readsTheModel(String path, String model, boolean stream) {
    assertThat(PathModel.in(path)).isEqualTo(new PathModel(model, stream));
  }

  @Test
  void findsNoneWhereNoneStands() {
    assertThat(PathModel.in("/v1/chat/completions")).isNull();
    assertThat(PathModel.in("/v1beta/models/:generateContent")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/models/a/deployments/b/chat/completions",
        "/x/deployments/a/Model/b/converse",
        "/x/models/a/models/b:generateContent",
        "/x/models/models/b:generateContent"
      })
  void refusesTwoModels(String path) {
    assertThatThrownBy(() -> PathModel.in(path)).isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void putsAnotherNameInItsPlace() {
    assertThat(PathModel.renamed("/v1beta/models/fast:generateContent", "gemini/2 5"))
        .isEqualTo("/v1beta/models/gemini%2F2%205:generateContent");
    assertThat(PathModel.renamed("/v1/chat/completions", "x")).isEqualTo("/v1/chat/completions");
  }
}
