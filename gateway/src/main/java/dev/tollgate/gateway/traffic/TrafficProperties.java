package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.WhenAway;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of requests and tokens in a time.
 *
 * @param whenAway for each kind what becomes of it while Redis does not answer; of those that are
 *     not named {@link LimitKind#whenAway()}
 * @param maxCounted subjects, and models of subjects, that one gateway counts in memory at most;
 *     beyond it some that are seldom used are forgotten before their time, and may use their limits
 *     once more
 */
@Validated
@ConfigurationProperties("tollgate.traffic")
public record TrafficProperties(
    @DefaultValue Map<LimitKind, WhenAway> whenAway, @DefaultValue("200000") int maxCounted) {

  private static final int LEAST_COUNTED = 100;

  public TrafficProperties {
    if (maxCounted < LEAST_COUNTED) {
      throw new IllegalArgumentException(
          "tollgate.traffic.max-counted must be at least " + LEAST_COUNTED);
    }
    whenAway = Map.copyOf(whenAway);
  }
}
