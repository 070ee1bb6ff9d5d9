package dev.tollgate.gateway.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a request is taken to ask for where neither it nor the catalogue of models says.
 *
 * @param maxOutputTokens the most that a model writes of which the catalogue does not tell
 * @param contextTokens the most that such a model reads
 * @param firstStepTokens what a stream without a maximum reserves at first; each further step
 *     doubles what it has, up to {@code longestStepTokens}
 * @param longestStepTokens the longest of these steps
 */
@Validated
@ConfigurationProperties("tollgate.admission")
public record AdmissionProperties(
    @DefaultValue("16384") @Min(1) @Max(10_000_000) long maxOutputTokens,
    @DefaultValue("128000") @Min(1) @Max(100_000_000) long contextTokens,
    @DefaultValue("256") @Min(1) @Max(10_000_000) long firstStepTokens,
    @DefaultValue("2048") @Min(1) @Max(10_000_000) long longestStepTokens) {

  public AdmissionProperties {
    if (firstStepTokens > longestStepTokens) {
      throw new IllegalArgumentException(
          "tollgate.admission.first-step-tokens must be at most"
              + " tollgate.admission.longest-step-tokens ("
              + longestStepTokens
              + "), not "
              + firstStepTokens);
    }
  }
}
