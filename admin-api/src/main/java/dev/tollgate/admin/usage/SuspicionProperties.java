package dev.tollgate.admin.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is told of keys whose policy has {@code alert_on_suspicious}.
 *
 * @param window how long the same finding of a key is not told again, up to a day
 * @param refusals how many refusals within a minute are a burst
 */
@ConfigurationProperties("tollgate.suspicion")
record SuspicionProperties(@DefaultValue("10m") Duration window, @DefaultValue("30") int refusals) {

  private static final Duration LONGEST = Duration.ofDays(1);

  SuspicionProperties {
    if (window.isNegative() || window.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("tollgate.suspicion.window must be 0s to 1d");
    }
    if (refusals < 1) {
      throw new IllegalArgumentException("tollgate.suspicion.refusals must be at least 1");
    }
  }
}
