package dev.tollgate.gateway.streaming;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Flux;

/** One chunk of a stream through the tap: watched, filtered, and its end remembered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseTapBenchmark {

  private static final int CHUNKS = 100;
  private static final Duration LONG = Duration.ofHours(1);
  private static final Rejection BROKEN = Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "Broken.");
  private static final String EVENT =
      """
      data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1764000000,\
      "model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_bench",\
      "choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],\
      "usage":null}

      """;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final OpenAnswers open = new OpenAnswers();
  private final ByteBuf[] chunks = chunks();

  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public void tap() {
    new AnswerStream(Flux.fromArray(chunks), channel.eventLoop(), handling(), open)
        .doOnNext(ByteBuf::release)
        .blockLast();
  }

  private static AnswerStream.Handling handling() {
    SseBoundary boundary = new SseBoundary();
    return new AnswerStream.Handling(
        watching(),
        new AnswerTimeouts(LONG, LONG),
        ClientGone.CANCEL,
        new InjectedUsageFilter(),
        new AnswerStream.LastEvent() {
          @Override
          public void left(ByteBuf chunk) {
            boundary.passed(chunk);
          }

          @Override
          public ByteBuf of(Rejection rejection) {
            return Unpooled.EMPTY_BUFFER;
          }
        },
        failure -> BROKEN);
  }

  private static ByteBuf[] chunks() {
    ByteBuf chunk =
        Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes(EVENT.getBytes(US_ASCII)).asReadOnly());
    ByteBuf[] chunks = new ByteBuf[CHUNKS];
    Arrays.fill(chunks, chunk);
    return chunks;
  }

  /** A proxy: what else an observer is told is nothing to this benchmark. */
  private static AnswerObserver watching() {
    return (AnswerObserver)
        Proxy.newProxyInstance(
            AnswerObserver.class.getClassLoader(),
            new Class<?>[] {AnswerObserver.class},
            (proxy, method, arguments) ->
                method.getReturnType() == boolean.class ? Boolean.TRUE : null);
  }
}
