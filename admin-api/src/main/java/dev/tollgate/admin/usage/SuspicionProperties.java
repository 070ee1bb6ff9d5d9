package dev.tollgate.admin.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is told of keys whose policy has {@code alert_on_suspicious}.
 *
 * @param window how long the same finding of a key is not told again, up to a day
 * @param refusals how many refusals within a minute are a burst
 * @param spendingEvery how often spending is looked at
 */
@ConfigurationProperties("tollgate.suspicion")
record SuspicionProperties(
    @DefaultValue("10m") Duration window,
    @DefaultValue("30") int refusals,
    @DefaultValue("1m") Duration spendingEvery) {

  private static final Duration LONGEST = Duration.ofDays(1);

  SuspicionProperties {
    if (window.isNegative() || window.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("tollgate.suspicion.window must be 0s to 1d");
    }
    if (spendingEvery.isNegative()) {
      throw new IllegalArgumentException("tollgate.suspicion.spending-every must not be negative");
    }
    if (refusals < 1) {
      throw new IllegalArgumentException("tollgate.suspicion.refusals must be at least 1");
    }
  }
}
