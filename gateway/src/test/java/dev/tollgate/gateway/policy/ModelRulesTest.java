package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestPolicies;
import java.util.List;
import org.junit.jupiter.api.Test;

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
