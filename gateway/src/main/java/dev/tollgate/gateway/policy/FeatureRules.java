package dev.tollgate.gateway.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which features one policy document forbids: {@code permissions.features} and {@code
 * permissions.advanced_features.batch_processing}. What it does not name is allowed.
 */
public final class FeatureRules {

  private static final Features NEVER_FORBIDDEN_BY_A_LIST =
      Features.of(Feature.STREAMING, Feature.PROMPT_CACHING, Feature.BATCH_PROCESSING);

  private final Features forbidden;

  private FeatureRules(Features forbidden) {
    this.forbidden = forbidden;
  }

  static FeatureRules of(PolicyNode permissions) {
    PolicyNode features = permissions.object("features");
    PolicyNode advanced = permissions.object("advanced_features");
    Features forbidden = Features.NONE;
    for (Feature feature : Feature.values()) {
      PolicyNode block = feature == Feature.BATCH_PROCESSING ? advanced : features;
      if (block.isFalse(feature.id())) {
        forbidden = forbidden.and(feature);
      }
    }
    return new FeatureRules(forbidden);
  }

  /**
   * Those of a project token's scope, which is a list of features: what is not in it is forbidden,
   * except what no list ever forbids. An empty one narrows nothing. A name that is no feature
   * allows nothing.
   */
  static FeatureRules ofScope(Set<String> scope) {
    Features forbidden = Features.NONE;
    for (Feature feature : Feature.values()) {
      if (!scope.isEmpty() && !scope.contains(feature.id())) {
        forbidden = forbidden.and(feature);
      }
    }
    return new FeatureRules(forbidden.without(NEVER_FORBIDDEN_BY_A_LIST));
  }

  /** One of {@code used} that is forbidden, or null. */
  public @Nullable Feature forbidden(Features used) {
    return forbidden.common(used);
  }
}
