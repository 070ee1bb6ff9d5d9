package dev.tollgate.admin.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What gateways tell the admin API.
 *
 * @param interval how often it is read, at least 10 ms
 */
@ConfigurationProperties("tollgate.inbox")
record InboxProperties(@DefaultValue("2s") Duration interval) {
  private static final Duration SHORTEST = Duration.ofMillis(10);

  InboxProperties {
    if (interval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("tollgate.inbox.interval must be at least 10ms");
    }
  }
}
