package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.PromptReader.Asked;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What counting a prompt costs where a limit needs it: the walk over the body alone, with the
 * estimate, and with the encoding. Where no limit counts tokens none of it runs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InputTokensBenchmark {

  private static final Endpoint CHAT =
      Endpoint.of(Protocol.OPENAI, Operation.CHAT_COMPLETION, "/v1/chat/completions");
  private static final long LONG = TimeUnit.SECONDS.toNanos(10);

  private static final String MESSAGE =
      """
      {"role":"user","content":"The quick brown fox jumps over the lazy dog, and then it goes home \
      to sleep for 12 hours. Wouldn't you do the same, after such a day in the woods?"}\
      """;

  @Param({"1024", "16384"})
  public int bytes;

  private final Encodings encodings = new Encodings();
  private final TextCounts counts = new TextCounts();
  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  /** In direct memory, as it comes from the network. */
  @Setup
  public void conversation() {
    var _ = encodings.load(TextEncoding.O200K);
    StringBuilder text = new StringBuilder("{\"model\":\"gpt-4o-mini\",\"messages\":[");
    text.append(MESSAGE);
    while (text.length() < bytes - MESSAGE.length()) {
      text.append(',').append(MESSAGE);
    }
    body = Unpooled.directBuffer().writeBytes(text.append("]}").toString().getBytes(US_ASCII));
  }

  @Benchmark
  public TokenEstimate walk() {
    return read(null, new Nothing());
  }

  @Benchmark
  public TokenEstimate estimated() {
    return read(null, new TextEstimate());
  }

  @Benchmark
  public TokenEstimate counted() {
    TextEncoding encoding = TextEncoding.O200K;
    return read(
        encoding,
        new CountedText(encodings.load(encoding)::countTokensOrdinary, System::nanoTime, LONG));
  }

  /** As an application's instructions are, from the second request on. */
  @Benchmark
  public TokenEstimate remembered() {
    TextEncoding encoding = TextEncoding.O200K;
    return read(
        encoding,
        new CountedText(counts.of("org_1", encodings.load(encoding)), System::nanoTime, LONG));
  }

  private TokenEstimate read(@Nullable TextEncoding encoding, TextSink texts) {
    Asked asked = new Asked("model", encoding, CHAT);
    return new PromptReader(new JsonBody(body), texts, asked).read();
  }

  private static final class Nothing implements TextSink {

    private long units;

    @Override
    public void add(char[] text, int from, int to) {
      units += to - from;
    }

    @Override
    public void end() {}

    @Override
    public long tokens() {
      return units;
    }

    @Override
    public boolean isExact() {
      return true;
    }
  }
}
