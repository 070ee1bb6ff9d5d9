package dev.tollgate.gateway.ledger;

import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One window of one budget: a row of the ledger.
 *
 * @param model for what the subject may spend on this model; null: on all together
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
