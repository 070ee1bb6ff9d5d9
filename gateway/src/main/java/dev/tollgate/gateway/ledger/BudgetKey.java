package dev.tollgate.gateway.ledger;

import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One window of one budget: a row of the ledger.
 *
 * @param model for what the subject may spend on this model, in all its spellings, by its name in
 *     the policy; null: on all together. What was spent before there was a limit is known only of
 *     requests by this very name
 * @param startsAt the window's first instant
 */
public record BudgetKey(Subject subject, @Nullable String model, Period period, Instant startsAt) {

  /** The window of {@code period} that {@code at} lies in. */
  public static BudgetKey at(Subject subject, @Nullable String model, Period period, Instant at) {
    return new BudgetKey(subject, model, period, period.startOf(at));
  }

  /** When the next window begins; {@link Instant#MAX} for one without end. */
  public Instant endsAt() {
    return period.endOf(startsAt);
  }
}
