package dev.tollgate.gateway.journal;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where a journal lies, and how large it may be.
 *
 * @param directory of its own, on a local disk that survives a restart; no two gateways share one
 * @param segmentSize of each file; at least 64 KB
 * @param maxSize of all files together: above it, nothing is admitted until the database has taken
 *     rows
 * @param syncEvery how much time a power cut may take, at least 1 ms; a killed process loses
 *     nothing
 */
@Validated
@ConfigurationProperties("tollgate.journal")
public record JournalProperties(
    @DefaultValue("data/journal") Path directory,
    @DefaultValue("8MB") DataSize segmentSize,
    @DefaultValue("256MB") DataSize maxSize,
    @DefaultValue("1s") Duration syncEvery) {

  private static final DataSize LEAST = DataSize.ofKilobytes(64);

  private static final Duration SHORTEST_SYNC = Duration.ofMillis(1);

  public JournalProperties {
    if (segmentSize.compareTo(LEAST) < 0 || segmentSize.toBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tollgate.journal.segment-size must be between 64KB and 2GB, not " + segmentSize);
    }
    if (maxSize.toBytes() < 2 * segmentSize.toBytes()) {
      throw new IllegalArgumentException(
          "tollgate.journal.max-size must have room for two segments at least, not " + maxSize);
    }
    if (syncEvery.compareTo(SHORTEST_SYNC) < 0) {
      throw new IllegalArgumentException(
          "tollgate.journal.sync-every must be at least 1ms, not " + syncEvery);
    }
  }
}
