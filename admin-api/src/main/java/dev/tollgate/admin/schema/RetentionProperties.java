package dev.tollgate.admin.schema;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long rows are kept where no policy says that they end earlier.
 *
 * @param usage of usage rows, which are dropped by whole days, and of their sums by hour; from 32
 *     days, since budgets of a month begin with the sums of its hours, to 36,500
 */
@ConfigurationProperties("tollgate.retention")
record RetentionProperties(@DefaultValue("3650d") Duration usage) {

  private static final Duration SHORTEST = Duration.ofDays(32);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  RetentionProperties {
    if (usage.compareTo(SHORTEST) < 0 || usage.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "tollgate.retention.usage must be between 32d and 36500d, not " + usage.toDays() + "d");
    }
  }
}
