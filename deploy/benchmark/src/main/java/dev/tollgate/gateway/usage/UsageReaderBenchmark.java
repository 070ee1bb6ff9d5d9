package dev.tollgate.gateway.usage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What reading the provider's count costs for one chunk of a stream, and for a whole answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UsageReaderBenchmark {

  private static final int CHUNKS = 100;
  private static final String USAGE =
      """
      {"prompt_tokens":180,"completion_tokens":120,"total_tokens":300}\
      """;

  private final ByteBuf chunk =
      buffer(
          """
          data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1764000000,\
          "model":"gpt-4o-mini-2024-07-18","service_tier":"default","choices":[{"index":0,\
          "delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null}

          """);
  private final ByteBuf last =
      buffer("data: {\"choices\":[],\"usage\":%s}\n\ndata: [DONE]\n\n".formatted(USAGE));
  private final ByteBuf whole =
      buffer(
          "{\"choices\":[{\"message\":{\"content\":\"%s\"}}],\"usage\":%s}"
              .formatted("word ".repeat(200), USAGE));

  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public UsageReading chunkOfStream() {
    UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, "text/event-stream", null);
    for (int i = 1; i < CHUNKS; i++) {
      reader.accept(chunk);
    }
    reader.accept(last);
    return reader.read();
  }

  /** With what the model wrote counted as it passes. */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long countedChunkOfStream() {
    OutputTokens passed = new OutputTokens();
    UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, "text/event-stream", null, passed);
    for (int i = 1; i < CHUNKS; i++) {
      reader.accept(chunk);
    }
    reader.accept(last);
    var _ = reader.read();
    return passed.estimate();
  }

  @Benchmark
  public UsageReading wholeAnswer() {
    UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, "application/json", null);
    reader.accept(whole);
    return reader.read();
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.directBuffer().writeBytes(text.getBytes(US_ASCII));
  }
}
