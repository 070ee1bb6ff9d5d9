package dev.tollgate.gateway.streaming;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What SIGTERM does to streams.
 *
 * @param drain how long they may go on; what is left then is ended by an error event. Must be
 *     shorter than {@code spring.lifecycle.timeout-per-shutdown-phase}, which cuts without a word
 */
@Validated
@ConfigurationProperties("tollgate.shutdown")
public record DrainProperties(@DefaultValue("20s") Duration drain) {

  public DrainProperties {
    if (drain.isNegative()) {
      throw new IllegalArgumentException("tollgate.shutdown.drain must not be negative");
    }
  }
}
