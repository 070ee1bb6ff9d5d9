package dev.tollgate.deploy.e2e;

import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For every field of the key policy that the admin API takes, how its effect is shown. A field that
 * is turned on without a case fails {@code PolicyTableTest}; its case goes into the map of its
 * block.
 */
final class PolicyTable {

  private static final String OVERRIDES = "/permissions/overrides/";

  static final Map<String, PolicyCase> CASES = cases();

  private PolicyTable() {}

  private static Map<String, PolicyCase> cases() {
    Map<String, PolicyCase> all = new HashMap<>(IdentityCases.ALL);
    all.putAll(FeatureCases.ALL);
    all.putAll(PermissionCases.ALL);
    all.putAll(CostCases.ALL);
    all.putAll(SecurityCases.ALL);
    all.putAll(TrafficCases.ALL);
    all.putAll(ConcurrencyCases.ALL);
    return Map.copyOf(all);
  }

  /** The fields of a key's document, in their order. */
  static List<String> fields() {
    return enforced(PolicyFields.KEY_POLICY.fields());
  }

  /** Those that may also stand in other documents. */
  static List<String> fieldsOfAllLevels() {
    return enforced(PolicyFields.CEILING.fields());
  }

  private static List<String> enforced(List<Field> fields) {
    return fields.stream().filter(Field::enforced).map(Field::path).toList();
  }

  /** Null: the field has no case. */
  static @Nullable PolicyCase of(String field) {
    if (!field.startsWith(OVERRIDES)) {
      return CASES.get(field);
    }
    String overridden = "/permissions/" + field.substring(OVERRIDES.length());
    return CASES.containsKey(overridden) ? new PolicyCase.Brings(PolicyLevel.OVERRIDES) : null;
  }
}
