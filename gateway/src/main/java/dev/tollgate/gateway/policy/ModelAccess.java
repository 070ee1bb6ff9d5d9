package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a model passes every document that stands over a request. */
public final class ModelAccess {

  private static final Rejection NOT_ALLOWED =
      Rejection.of(ErrorCode.MODEL_NOT_ALLOWED, "The model is not allowed for this key.", "model");

  private ModelAccess() {}

  /** The refusal of {@code model}, or null if all of {@code rules} let it through. */
  public static @Nullable Rejection refusal(List<ModelRules> rules, String model) {
    for (ModelRules rule : rules) {
      if (!rule.allows(model)) {
        return NOT_ALLOWED;
      }
    }
    return null;
  }

  /** The refusal of a request that names no model, or null if none could be refused. */
  public static @Nullable Rejection refusalOfUnnamed(List<ModelRules> rules) {
    for (ModelRules rule : rules) {
      if (!rule.allowsUnnamed()) {
        return NOT_ALLOWED;
      }
    }
    return null;
  }
}
