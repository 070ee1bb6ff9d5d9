package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestPolicies;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureRulesTest {

  private static CompiledPolicy document(Feature feature, boolean allowed) {
    String block = feature == Feature.BATCH_PROCESSING ? "advanced_features" : "features";
    return TestPolicies.document(
        "{'permissions':{'%s':{'%s':%s}}}".formatted(block, feature.id(), allowed));
  }

  @ParameterizedTest
  @EnumSource
  void forbidsWhatIsFalseAndNothingElse(Feature feature) {
    FeatureRules rules = document(feature, false).features();

    for (Feature used : Feature.values()) {
      assertThat(rules.forbidden(Features.of(used))).isEqualTo(used == feature ? feature : null);
      assertThat(document(feature, true).features().forbidden(Features.of(used))).isNull();
    }
  }

  @Test
  void takesAScopeForAList() {
    FeatureRules scope = CompiledPolicy.ofScope(Set.of("embeddings", "nothing")).features();

    assertThat(scope.forbidden(Features.of(Feature.EMBEDDINGS, Feature.STREAMING))).isNull();
    assertThat(scope.forbidden(Features.of(Feature.PROMPT_CACHING))).isNull();
    assertThat(scope.forbidden(Features.of(Feature.EMBEDDINGS, Feature.VISION)))
        .isEqualTo(Feature.VISION);
    assertThat(CompiledPolicy.ofScope(Set.of()).features().forbidden(new Features(-1))).isNull();
  }
}
