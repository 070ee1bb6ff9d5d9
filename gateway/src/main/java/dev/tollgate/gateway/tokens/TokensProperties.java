package dev.tollgate.gateway.tokens;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How prompts are counted.
 *
 * @param offLoopAbove bodies that are longer are counted on a thread of their own; of those that
 *     are only estimated eight times as long ones; 0 B to 1 MB
 * @param longestOnLoop how long the encoding may count on an event loop before the rest is
 *     estimated, up to 100 ms
 * @param longestOffLoop the same on a thread of its own, up to 10 s
 */
@ConfigurationProperties("tollgate.tokens")
public record TokensProperties(
    @DefaultValue("16KB") DataSize offLoopAbove,
    @DefaultValue("3ms") Duration longestOnLoop,
    @DefaultValue("250ms") Duration longestOffLoop) {

  private static final DataSize MOST_ON_LOOP = DataSize.ofMegabytes(1);
  private static final Duration LONGEST_ON_LOOP = Duration.ofMillis(100);
  private static final Duration LONGEST_OFF_LOOP = Duration.ofSeconds(10);

  public TokensProperties {
    if (offLoopAbove.isNegative() || offLoopAbove.compareTo(MOST_ON_LOOP) > 0) {
      throw new IllegalArgumentException("tollgate.tokens.off-loop-above must be 0B to 1MB");
    }
    if (longestOnLoop.isNegative() || longestOnLoop.compareTo(LONGEST_ON_LOOP) > 0) {
      throw new IllegalArgumentException("tollgate.tokens.longest-on-loop must be 0 to 100ms");
    }
    if (longestOffLoop.isNegative() || longestOffLoop.compareTo(LONGEST_OFF_LOOP) > 0) {
      throw new IllegalArgumentException("tollgate.tokens.longest-off-loop must be 0 to 10s");
    }
  }
}
