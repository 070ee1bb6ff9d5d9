package dev.tollgate.gateway.inspection;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How request bodies are read.
 *
 * @param holdForm how much of a form is held back until its model is known, 0 B to 1 MB; a model
 *     that comes later is still enforced, but no longer decides which service is called
 * @param maxHeld what the bodies of all requests together may hold in memory, at least 1 MB; by
 *     default a quarter of the heap's maximum
 * @param maxMessage the longest message of a realtime conversation under a policy for which
 *     messages are read, 1 KB to 16 MB; the event loop reads 1 MB in some 0.6 ms
 */
@ConfigurationProperties("tollgate.inspection")
public record InspectionProperties(
    @DefaultValue("64KB") DataSize holdForm,
    @Nullable DataSize maxHeld,
    @DefaultValue("4MB") DataSize maxMessage) {

  private static final DataSize MAX_HOLD = DataSize.ofMegabytes(1);
  private static final DataSize LEAST_HELD = DataSize.ofMegabytes(1);
  private static final DataSize LEAST_MESSAGE = DataSize.ofKilobytes(1);
  private static final DataSize LARGEST_MESSAGE = DataSize.ofMegabytes(16);

  public InspectionProperties {
    if (holdForm.isNegative() || holdForm.compareTo(MAX_HOLD) > 0) {
      throw new IllegalArgumentException("tollgate.inspection.hold-form must be 0B to 1MB");
    }
    if (maxHeld != null && maxHeld.compareTo(LEAST_HELD) < 0) {
      throw new IllegalArgumentException("tollgate.inspection.max-held must be at least 1MB");
    }
    if (maxMessage.compareTo(LEAST_MESSAGE) < 0 || maxMessage.compareTo(LARGEST_MESSAGE) > 0) {
      throw new IllegalArgumentException("tollgate.inspection.max-message must be 1KB to 16MB");
    }
  }

  /** What all bodies together may hold, whether it was set or not. */
  public DataSize mostHeld() {
    return maxHeld != null ? maxHeld : DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4);
  }
}
