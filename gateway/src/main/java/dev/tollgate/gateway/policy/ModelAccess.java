package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** Whether a model passes every document that stands over a request. */
public final class ModelAccess {

  private static final Rejection NOT_ALLOWED =
      Rejection.of(ErrorCode.MODEL_NOT_ALLOWED, "The model is not allowed for this key.", "model");

  private ModelAccess() {}

  /** The refusal of {@code model}, or null if all of {@code policies} let it through. */
  public static @Nullable Rejection refusal(AppliedPolicies policies, String model) {
    return policies.refusal(policy -> policy.models().allows(model) ? null : NOT_ALLOWED);
  }

  /** The refusal of what may be the name of {@code model}, or null if none denies that. */
  public static @Nullable Rejection refusalOfDenied(AppliedPolicies policies, String model) {
    return policies.refusal(policy -> policy.models().denies(model) ? NOT_ALLOWED : null);
  }

  /** The refusal of a request that names no model, or null if none could be refused. */
  public static @Nullable Rejection refusalOfUnnamed(AppliedPolicies policies) {
    return policies.refusal(policy -> policy.models().allowsUnnamed() ? null : NOT_ALLOWED);
  }
}
