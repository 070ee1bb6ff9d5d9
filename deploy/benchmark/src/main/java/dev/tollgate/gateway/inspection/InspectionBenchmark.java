package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The one strict reading of a request's body: a conversation of many messages. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InspectionBenchmark {

  private static final int MESSAGE_TEXT = 400;

  @Param({"1024", "1048576"})
  public int bytes;

  private final JsonInspector inspector = new JsonInspector();
  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  /** In direct memory, as it comes from the network. */
  @Setup
  public void conversation() {
    String message = "{\"role\":\"user\",\"content\":\"" + "word ".repeat(MESSAGE_TEXT / 5) + "\"}";
    StringBuilder text =
        new StringBuilder("{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[");
    text.append(message);
    while (text.length() < bytes - message.length()) {
      text.append(',').append(message);
    }
    body = Unpooled.directBuffer().writeBytes(text.append("]}").toString().getBytes(US_ASCII));
  }

  @Benchmark
  public Inspection inspect() {
    return inspector.inspect(body);
  }
}
