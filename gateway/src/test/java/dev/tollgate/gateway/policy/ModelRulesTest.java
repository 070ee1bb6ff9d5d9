package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestPolicies;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRulesTest {

  @Test
  void allowsEverythingWithoutLists() {
    assertThat(ModelRules.UNRESTRICTED.allows("gpt-4o")).isTrue();
    assertThat(ModelRules.UNRESTRICTED.allowsUnnamed()).isTrue();
  }

  @Test
  void allowsOnlyWhatIsListed() {
    ModelRules rules = ModelRules.compile(List.of("gpt-4o", "claude-*"), List.of());

    assertThat(rules.allows("gpt-4o")).isTrue();
    assertThat(rules.allows("claude-opus-4")).isTrue();
    assertThat(rules.allows("gpt-4o-mini")).isFalse();
    assertThat(rules.allows("my-claude-opus")).isFalse();
  }

  @Test
  void letsDeniedWinOverAllowed() {
    ModelRules rules = ModelRules.compile(List.of("gpt-*"), List.of("gpt-4*", "gpt-5"));

    assertThat(rules.allows("gpt-3.5-turbo")).isTrue();
    assertThat(rules.allows("gpt-4o")).isFalse();
    assertThat(rules.allows("gpt-5")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "openai/gpt-4o,openai/gpt-4o:nitro",
    "openai/gpt-4o,openai/gpt-4o:free:online",
    "openai/gpt-4o,OpenAI/GPT-4o\uff1anitro",
    "llama3,llama3:latest",
    "llama3:latest,llama3",
    "llama*:latest,llama3",
    "gemini-2.5-pro,models/gemini-2.5-pro",
    "models/gemini-2.5-pro,gemini-2.5-pro",
    "models/gemini*,models/gemini-2.5-pro",
    "models/*,models/gemini-2.5-pro",
    "gemini-2.5-pro,publishers/google/models/gemini-2.5-pro",
    "claude-sonnet-4,claude-sonnet-4@20250514",
    "anthropic.claude-*,us.anthropic.claude-sonnet-4-v1:0",
    "anthropic.claude-sonnet-4-v1:0,global.anthropic.claude-sonnet-4-v1:0:200k",
    "anthropic.claude-*,arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-v1:0",
    "us.anthropic.claude-*,arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-v1:0",
    "amazon.nova-*,arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
    "a/models/b,a/models/b",
    "models/a/models/b,models/a/models/b",
  })
  void deniesAModelUnderEveryFormOfItsName(String denied, String model) {
    ModelRules rules = ModelRules.compile(List.of("*"), List.of(denied));

    assertThat(rules.allows(model)).isFalse();
    assertThat(rules.allows("other")).isTrue();
    assertThat(rules.allows("grok:free")).isTrue();
  }

  @Test
  void allowsOnlyTheVeryName() {
    ModelRules rules = ModelRules.compile(List.of("gpt-4o", "llama3"), List.of("*:free"));

    assertThat(rules.allows("gpt-4o:nitro")).isFalse();
    assertThat(rules.allows("models/gpt-4o")).isFalse();
    assertThat(rules.allows("llama3:latest")).isFalse();
    assertThat(rules.allows("llama3")).isTrue();
  }

  @Test
  void allowsNothingByAnEmptyList() {
    ModelRules rules = ModelRules.compile(List.of(), List.of());

    assertThat(rules.allows("gpt-4o")).isFalse();
    assertThat(rules.allows("")).isFalse();
  }

  @Test
  void mindsUpperAndLowerCase() {
    ModelRules rules = ModelRules.compile(List.of("GPT-*", "Claude"), List.of());

    assertThat(rules.allows("gpt-4o")).isFalse();
    assertThat(rules.allows("claude")).isFalse();
    assertThat(rules.allows("GPT-4o")).isTrue();
  }

  @Test
  void takesNothingButTheAsteriskForAPattern() {
    ModelRules rules = ModelRules.compile(List.of("gpt-4.1", "m[ab]?"), List.of());

    assertThat(rules.allows("gpt-4x1")).isFalse();
    assertThat(rules.allows("ma1")).isFalse();
    assertThat(rules.allows("m[ab]?")).isTrue();
  }

  @Test
  void refusesTheUnnamedWhereAnyModelCouldBeRefused() {
    assertThat(ModelRules.compile(List.of("*"), List.of()).allowsUnnamed()).isFalse();
    assertThat(ModelRules.compile(null, List.of("dall-e-*")).allowsUnnamed()).isFalse();
    assertThat(ModelRules.compile(null, List.of()).allowsUnnamed()).isTrue();
  }

  @Test
  void passesAModelThroughAllDocumentsOrNone() {
    CompiledPolicy project = TestPolicies.models(List.of("gpt-*"), List.of());
    CompiledPolicy key = TestPolicies.models(null, List.of("gpt-4o"));
    AppliedPolicies both = AppliedPolicies.of(List.of(project), List.of(key));

    assertThat(ModelAccess.refusal(both, "gpt-4o-mini")).isNull();
    assertThat(ModelAccess.refusal(both, "gpt-4o")).isNotNull();
    assertThat(ModelAccess.refusal(both, "claude")).isNotNull();
    assertThat(
            ModelAccess.refusalOfUnnamed(
                AppliedPolicies.of(List.of(CompiledPolicy.UNRESTRICTED), List.of(key))))
        .isNotNull();
    assertThat(ModelAccess.refusalOfUnnamed(AppliedPolicies.of(List.of(), List.of()))).isNull();
  }
}
