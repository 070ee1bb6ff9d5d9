package dev.tollgate.gateway.bodies;

import dev.tollgate.crypto.envelope.DataKey;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How bodies are kept, for the keys whose policy asks for it.
 *
 * @param longest of one body; what is longer is kept up to there and marked as truncated; at most
 *     16 MB
 * @param maxHeld of all bodies in memory together, those that still come included; beyond it bodies
 *     are kept truncated or not at all, and counted
 * @param flushEvery the longest that a body waits to be stored
 */
@Validated
@ConfigurationProperties("tollgate.bodies")
public record BodiesProperties(
    @DefaultValue("1MB") DataSize longest,
    @DefaultValue("64MB") DataSize maxHeld,
    @DefaultValue("500ms") Duration flushEvery) {

  public BodiesProperties {
    if (longest.toBytes() < 1 || longest.toBytes() > DataKey.MAX_BODY_BYTES) {
      throw new IllegalArgumentException("tollgate.bodies.longest must be between 1B and 16MB");
    }
    if (maxHeld.toBytes() < longest.toBytes() || maxHeld.toBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tollgate.bodies.max-held must be at least tollgate.bodies.longest, and below 2GB");
    }
    if (!flushEvery.isPositive()) {
      throw new IllegalArgumentException("tollgate.bodies.flush-every must be positive");
    }
  }
}
