package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.LimitRules.ModelLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitedModelsTest {

  private static LimitedModels limited(String... names) {
    return LimitedModels.of(
        Arrays.stream(names)
            .collect(
                Collectors.toMap(Function.identity(), name -> new ModelLimits(1L, null, null))));
  }

  private static @Nullable String countedAs(LimitedModels models, @Nullable String model) {
    OfModel found = models.find(model);
    return found == null ? null : found.name();
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o,gpt-4o",
    "gpt-4o,GPT-4O",
    "GPT-4o,gpt-4o",
    "gpt-4o,\uff27PT-4o",
    "llama3,llama3:latest",
    "llama3:latest,llama3",
    "openai/gpt-4o,OpenAI/GPT-4o:free:online",
    "models/gemini-2.5-pro,gemini-2.5-pro",
    "gemini-2.5-pro,publishers/google/models/gemini-2.5-pro",
    "claude-sonnet-4,claude-sonnet-4@20250514",
    "anthropic.claude-v1:0,us.anthropic.claude-v1:0",
  })
  void limitsAModelUnderEveryFormOfItsName(String written, String model) {
    LimitedModels models = limited(written, "another");

    assertThat(countedAs(models, model)).isEqualTo(written);
    assertThat(countedAs(models, model)).as("remembered").isEqualTo(written);
    assertThat(ModelRules.compile(null, List.of(written)).denies(model)).isTrue();
  }

  @Test
  void limitsNoOtherModel() {
    LimitedModels models = limited("gpt-4o");

    assertThat(countedAs(models, "gpt-4o-mini")).isNull();
    assertThat(countedAs(models, "gpt-4")).isNull();
    assertThat(countedAs(models, null)).isNull();
    assertThat(countedAs(LimitedModels.NONE, "gpt-4o")).isNull();
  }

  @Test
  void takesTheNearestOfSeveral() {
    LimitedModels models = limited("llama3", "llama3:70b", "Llama3");

    assertThat(countedAs(models, "llama3")).isEqualTo("llama3");
    assertThat(countedAs(models, "Llama3")).isEqualTo("Llama3");
    assertThat(countedAs(models, "LLAMA3:70B")).isEqualTo("llama3:70b");
    assertThat(countedAs(models, "llama3:70b:free")).isEqualTo("llama3:70b");
    assertThat(countedAs(models, "llama3:8b")).isIn("llama3", "Llama3");
  }
}
