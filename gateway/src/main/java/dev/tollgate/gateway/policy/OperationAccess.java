package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** Whether reading or writing passes every document that stands over a request. */
public final class OperationAccess {

  private static final Rejection NO_READ =
      Rejection.of(ErrorCode.OPERATION_NOT_ALLOWED, "This key may not read.", "read");
  private static final Rejection NO_WRITE =
      Rejection.of(ErrorCode.OPERATION_NOT_ALLOWED, "This key may not write.", "write");

  private OperationAccess() {}

  /**
   * The refusal of a request, or null if it may be made.
   *
   * @param reads as in {@link OperationRules#allows}
   */
  public static @Nullable Rejection refusal(AppliedPolicies policies, boolean reads) {
    return policies.refusal(
        policy -> policy.operations().allows(reads) ? null : reads ? NO_READ : NO_WRITE);
  }
}
