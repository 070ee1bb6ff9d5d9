package dev.tollgate.gateway.snapshot;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How keys and projects are held in memory.
 *
 * @param maximumKeys keys held; the least used is dropped first and loaded again when needed
 * @param maximumProjects projects held
 * @param unknownFor how long a digest or id that the database does not know is refused unasked
 * @param loadTimeout how long a request waits for the database
 * @param pollEvery how often changes are asked for, beside being notified of
 * @param usableWithoutDatabase how long what is in memory holds when the database does not answer
 */
@Validated
@ConfigurationProperties("tollgate.snapshots")
public record SnapshotProperties(
    @DefaultValue("200000") @Min(1) int maximumKeys,
    @DefaultValue("20000") @Min(1) int maximumProjects,
    @DefaultValue("500ms") Duration unknownFor,
    @DefaultValue("1s") Duration loadTimeout,
    @DefaultValue("500ms") Duration pollEvery,
    @DefaultValue("60s") Duration usableWithoutDatabase) {

  public SnapshotProperties {
    requirePositive("tollgate.snapshots.unknown-for", unknownFor);
    requirePositive("tollgate.snapshots.load-timeout", loadTimeout);
    requirePositive("tollgate.snapshots.poll-every", pollEvery);
    requirePositive("tollgate.snapshots.usable-without-database", usableWithoutDatabase);
    if (pollEvery.compareTo(usableWithoutDatabase) >= 0) {
      throw new IllegalArgumentException(
          "tollgate.snapshots.poll-every must be shorter than"
              + " tollgate.snapshots.usable-without-database");
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(key + " must be positive");
    }
  }
}
