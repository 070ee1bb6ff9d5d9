package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * How a key stands with the rule of two people.
 *
 * @param pending it does not work until somebody approves it
 * @param authors who made it or widened it since its last approval, and so may not give the next:
 *     ids of members, or of what presented itself where that is no member's
 * @param at when it was approved as it is; null: never
 * @param by who did
 */
record Approval(boolean pending, List<String> authors, @Nullable Instant at, @Nullable String by) {

  /**
   * Refuses an approval that is not asked for, and one by somebody who took part.
   *
   * @throws ProblemException 409, 403
   */
  void mustBeGivenBy(Caller caller) {
    if (!pending) {
      throw ProblemException.conflict(
          "not_pending_approval", "The key does not wait for an approval.");
    }
    if (authors.contains(caller.actor())) {
      throw ProblemException.of(
          HttpStatus.FORBIDDEN,
          "second_approver_required",
          "Somebody else must approve it: you made it, or widened it since its last approval.");
    }
  }
}
