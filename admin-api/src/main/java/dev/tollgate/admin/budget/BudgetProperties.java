package dev.tollgate.admin.budget;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Budgets, as the admin API sees them.
 *
 * @param alertsEvery how often it looks for thresholds that were crossed, at least 1 s; less often
 *     where a look takes longer than a tenth of that
 */
@ConfigurationProperties("tollgate.budgets")
record BudgetProperties(@DefaultValue("5s") Duration alertsEvery) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  BudgetProperties {
    if (alertsEvery.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("tollgate.budgets.alerts-every must be at least 1s");
    }
  }
}
