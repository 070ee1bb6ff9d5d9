package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.Protocol;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sums the usage that the events of one connection tell, each a JSON document of its own. An event
 * counts for itself ({@code response.done}), not from the start of the connection.
 */
public final class EventUsageReader implements UsageReader {

  private static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

  private final UsageCounts counts = new UsageCounts();
  private final JsonUsageScanner scanner;
  private final ScanningUsageReader bytes;
  private @Nullable TokenUsage sum;
  private UsageDetails details = UsageDetails.NONE;

  public EventUsageReader(Protocol protocol) {
    this.scanner = new JsonUsageScanner(UsageVocabulary.of(protocol), counts);
    this.bytes = new ScanningUsageReader(scanner, counts);
  }

  /** Looks at a part of the current event. */
  @Override
  public void accept(ByteBuf part) {
    bytes.accept(part);
  }

  /**
   * The current event is complete; what comes next begins another one.
   *
   * @return whether it told of usage
   */
  public boolean eventEnded() {
    UsageReading event = counts.reading();
    TokenUsage usage = event.usage();
    if (usage != null) {
      sum = (sum == null ? NONE : sum).plus(usage);
      details = details.plus(event.details());
      counts.startOver();
    }
    scanner.reset();
    return usage != null;
  }

  @Override
  public UsageReading read() {
    return new UsageReading(sum, counts.reading().model(), details);
  }
}
