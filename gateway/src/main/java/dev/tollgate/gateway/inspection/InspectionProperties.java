package dev.tollgate.gateway.inspection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How request bodies are read.
 *
 * @param holdForm how much of a form is held back until its model is known, 0 B to 1 MB; a model
 *     that comes later is still enforced, but no longer decides which service is called
 */
@ConfigurationProperties("tollgate.inspection")
public record InspectionProperties(@DefaultValue("64KB") DataSize holdForm) {

  private static final DataSize MAX_HOLD = DataSize.ofMegabytes(1);

  public InspectionProperties {
    if (holdForm.isNegative() || holdForm.compareTo(MAX_HOLD) > 0) {
      throw new IllegalArgumentException("tollgate.inspection.hold-form must be 0B to 1MB");
    }
  }
}
