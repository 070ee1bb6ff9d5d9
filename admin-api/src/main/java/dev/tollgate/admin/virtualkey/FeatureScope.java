package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.document.ValueRule;
import dev.tollgate.admin.document.ValueRules;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;

/** A list of features, as the key policy has them, to which something is narrowed. */
public final class FeatureScope {

  private FeatureScope() {}

  /** Names of the closed list, each once; none: not narrowed. */
  public static ValueRule rule() {
    return ValueRules.listOf(
        PolicyFields.FEATURES.size(),
        ValueRules.oneOf(PolicyFields.FEATURES.toArray(String[]::new)));
  }
}
