package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.knuddels.jtokkit.api.Encoding;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What counting what a model wrote costs for one chunk of a stream, of a word each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OutputTokensBenchmark {

  private static final int CHUNKS = 20;

  private final Encoding encoding = new Encodings().load(TextEncoding.O200K);
  private final byte[][] chunks = new byte[CHUNKS][];

  public OutputTokensBenchmark() {
    String[] words =
        ("All human beings are born free and equal in dignity and rights. They are endowed with"
                + " reason and conscience")
            .split("(?= )", CHUNKS);
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] = words[i % words.length].getBytes(US_ASCII);
    }
  }

  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long estimated() {
    return pass(new OutputTokens());
  }

  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long counted() {
    return pass(new OutputTokens(encoding::countTokensOrdinary));
  }

  private long pass(OutputTokens passed) {
    long sum = 0;
    for (byte[] chunk : chunks) {
      passed.text(chunk, 0, chunk.length);
      passed.textEnded();
      sum += passed.estimate();
    }
    return sum;
  }
}
