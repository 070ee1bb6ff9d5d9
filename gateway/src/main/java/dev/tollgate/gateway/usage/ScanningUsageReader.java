package dev.tollgate.gateway.usage;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Lends the bytes of each chunk to the outermost scanner, as an array, in steps of bounded size.
 */
final class ScanningUsageReader implements UsageReader {

  private static final int STEP = 8 * 1024;

  /** One event loop reads one chunk at a time, and scanners keep no array. */
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[STEP];
        }
      };

  private final AnswerScanner scanner;
  private final UsageCounts counts;

  ScanningUsageReader(AnswerScanner scanner, UsageCounts counts) {
    this.scanner = scanner;
    this.counts = counts;
  }

  @Override
  public void accept(ByteBuf chunk) {
    int from = chunk.readerIndex();
    int to = chunk.writerIndex();
    if (chunk.hasArray()) {
      int offset = chunk.arrayOffset();
      scanner.scan(chunk.array(), offset + from, offset + to);
    } else {
      copyAndScan(chunk, from, to);
    }
  }

  /** A copy of a chunk is some nanoseconds; reading a direct buffer byte by byte is not. */
  private void copyAndScan(ByteBuf chunk, int from, int to) {
    byte[] scratch = SCRATCH.get();
    for (int i = from; i < to; i += STEP) {
      int length = Math.min(STEP, to - i);
      chunk.getBytes(i, scratch, 0, length);
      scanner.scan(scratch, 0, length);
    }
  }

  @Override
  public UsageReading read() {
    scanner.close();
    return counts.reading();
  }
}
