package dev.tollgate.gateway.policy;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which bodies one policy document wants kept: {@code permissions.data_access} of the key policy.
 * The document's other two flags speak of calls to the admin API, which enforces them.
 *
 * @param logRequests whether requests are kept; null: the document does not say
 * @param logResponses whether answers are kept; null: the document does not say
 */
public record DataAccess(@Nullable Boolean logRequests, @Nullable Boolean logResponses) {

  static DataAccess of(PolicyNode dataAccess) {
    var _ = dataAccess.flag("export_data");
    var _ = dataAccess.flag("delete_data");
    return new DataAccess(dataAccess.flag("log_requests"), dataAccess.flag("log_responses"));
  }

  /** Whether the request's body is kept: some document says so, and none forbids it. */
  public static boolean keepsRequest(AppliedPolicies policies) {
    return keeps(policies, DataAccess::logRequests);
  }

  /** Whether the answer's body is kept: some document says so, and none forbids it. */
  public static boolean keepsResponse(AppliedPolicies policies) {
    return keeps(policies, DataAccess::logResponses);
  }

  private static boolean keeps(
      AppliedPolicies policies, Function<DataAccess, @Nullable Boolean> flag) {
    boolean asked = false;
    for (CompiledPolicy document : policies.documents()) {
      Boolean said = flag.apply(document.dataAccess());
      if (Boolean.FALSE.equals(said)) {
        return false;
      }
      asked |= Boolean.TRUE.equals(said);
    }
    return asked;
  }
}
