package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageOptionSpliceTest {

  private final JsonInspector inspector = new JsonInspector();

  @ParameterizedTest
  @MethodSource("edits")
  void asksForUsageAndLeavesEveryOtherByte(String body, String edited) {
    assertThat(apply(body)).isEqualTo(edited);
  }

  static Stream<Arguments> edits() {
    String ask = "{\"include_usage\":true}";
    return Stream.of(
        arguments("{}", "{\"stream_options\":" + ask + "}"),
        arguments("{ \n}", "{ \n\"stream_options\":" + ask + "}"),
        arguments("{\"a\":1}", "{\"a\":1,\"stream_options\":" + ask + "}"),
        arguments(" {\"ä\":\"😀\" } \n", " {\"ä\":\"😀\" ,\"stream_options\":" + ask + "} \n"),
        arguments(
            "{\"a\":{\"stream_options\":{}}}",
            "{\"a\":{\"stream_options\":{}},\"stream_options\":" + ask + "}"),
        arguments("{\"stream_options\":{},\"a\":1}", "{\"stream_options\":" + ask + ",\"a\":1}"),
        arguments("{\"stream_options\": { } }", "{\"stream_options\": { \"include_usage\":true} }"),
        arguments(
            "{\"stream_options\":{\"x\":{\"include_usage\":1}},\"a\":1}",
            "{\"stream_options\":{\"x\":{\"include_usage\":1},\"include_usage\":true},\"a\":1}"),
        arguments(
            "{\"stream_options\" : null ,\"a\":1}", "{\"stream_options\" : " + ask + " ,\"a\":1}"),
        arguments(
            "{\"stream_options\":{\"include_usage\": false }}",
            "{\"stream_options\":{\"include_usage\": true }}"),
        arguments(
            "{\"stream_options\":{\"includ\\u0065_usage\":null,\"b\":2}}",
            "{\"stream_options\":{\"includ\\u0065_usage\":true,\"b\":2}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream_options\":{\"include_usage\":true}}",
        "{\"stream_options\":{\"x\":1,\"include_usage\":true,\"y\":2},\"a\":1}",
      })
  void leavesABodyThatAsksItself(String body) {
    assertThat(inspected(utf8(body)).usageOption()).isNull();
  }

  @Test
  void findsTheOffsetBehindManyBlocks() {
    String body = "{\"a\":\"" + "ä".repeat(50_000) + "\",\"stream_options\":null,\"b\":\"€\"}";
    assertThat(apply(body)).isEqualTo(body.replace("null", "{\"include_usage\":true}"));
  }

  @Test
  void editsABodyThatAsksAfterwards() {
    String edited = apply("{\"model\":\"a\"}");
    assertThat(inspected(utf8(edited)).usageOption()).isNull();
  }

  @Test
  void releasesItsShareOfTheBody() {
    ByteBuf body = utf8("{\"model\":\"a\"}");
    ByteBuf edited = splice(body).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    edited.release();
    assertThat(body.refCnt()).isOne();
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new UsageOptionSplice(-1, 0, "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UsageOptionSplice(2, 1, "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UsageOptionSplice(1, 1, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String apply(String text) {
    // a body in the middle of a larger buffer, as a slice of the receive buffer is
    ByteBuf body = utf8("junk" + text).skipBytes(4);
    return splice(body).applyTo(body, UnpooledByteBufAllocator.DEFAULT).toString(UTF_8);
  }

  private UsageOptionSplice splice(ByteBuf body) {
    return Objects.requireNonNull(inspected(body).usageOption());
  }

  private Inspected inspected(ByteBuf body) {
    return (Inspected) inspector.inspect(body);
  }

  private static ByteBuf utf8(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }
}
