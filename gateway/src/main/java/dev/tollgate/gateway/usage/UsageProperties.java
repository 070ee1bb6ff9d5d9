package dev.tollgate.gateway.usage;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How usage rows, and the access rows of the audit, reach the database.
 *
 * @param flushEvery the longest that a row waits for company
 * @param batchSize rows in one INSERT
 * @param maxQueuedAccess access rows that wait while the database is away, each of about a
 *     kilobyte; beyond it the oldest are dropped and counted. Usage rows are bounded by the journal
 *     and never dropped
 */
@Validated
@ConfigurationProperties("tollgate.usage")
public record UsageProperties(
    @DefaultValue("250ms") Duration flushEvery,
    @DefaultValue("1000") @Min(1) int batchSize,
    @DefaultValue("50000") @Min(1) int maxQueuedAccess) {

  public UsageProperties {
    if (!flushEvery.isPositive()) {
      throw new IllegalArgumentException("tollgate.usage.flush-every must be positive");
    }
  }
}
