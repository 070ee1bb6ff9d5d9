package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyEditsTest {

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
  void addsWhatIsDemandedBesideItsOwn() {
    String body = "{\"max\":null,\"model\":\"a\"}";
    Inspected before = inspected(utf8(body));
    BodyEdits own = BodyEdits.of(renamed(before, "b"), before.usageOption());
    int end = body.length() - 1;
    List<BodyEdit> more = List.of(new BodyEdit(end, end, ",\"c\":2"), new BodyEdit(7, 11, "1"));
    assertThat(edited(body, own.and(more)))
        .isEqualTo(
            "{\"max\":1,\"model\":\"b\",\"stream_options\":{\"include_usage\":true},\"c\":2}");
    assertThatThrownBy(() -> own.and(List.of(new BodyEdit(20, 22, "x"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BodyEdit renamed(Inspected body, String model) {
    return BodyEdit.renaming(requireNonNull(body.modelSpan()), model);
  }

  @Test
  void editsABodyThatAsksAfterwards() {
    String edited = apply("{\"model\":\"a\"}");
    assertThat(inspected(utf8(edited)).usageOption()).isNull();
  }

  @ParameterizedTest
  @MethodSource("renamings")
  void renamesTheModelAndLeavesEveryOtherByte(String body, String edited) {
    assertThat(edited(body, renaming(body, "b-ü"))).isEqualTo(edited);
  }

  static Stream<Arguments> renamings() {
    return Stream.of(
        arguments("{\"model\":\"a\"}", "{\"model\":\"b-ü\"}"),
        arguments(
            " {\"x\":\"€\",\"model\" : \"aaa\" , \"y\":1}\n",
            " {\"x\":\"€\",\"model\" : \"b-ü\" , \"y\":1}\n"),
        arguments("{\"mod\\u0065l\":\"a\\u0062c\"}", "{\"mod\\u0065l\":\"b-ü\"}"),
        arguments("{\"model\":\"😀\\ud83d\\ude00\",\"z\":{}}", "{\"model\":\"b-ü\",\"z\":{}}"),
        arguments(
            "{\"m\":{\"model\":1},\"model\":\"a\"}", "{\"m\":{\"model\":1},\"model\":\"b-ü\"}"));
  }

  @Test
  void escapesTheNewName() {
    String name = "q\"b\\s\u0001t\t😀";
    String body = "{\"model\":\"a\",\"stream\":true}";
    String json = edited(body, renaming(body, name));
    assertThat(json).isEqualTo("{\"model\":\"q\\\"b\\\\s\\u0001t\\u0009😀\",\"stream\":true}");
  }

  @Test
  void findsTheModelBehindManyBlocks() {
    String body = "{\"a\":\"" + "ä".repeat(50_000) + "\",\"model\":\"" + "m".repeat(500) + "\"}";
    assertThat(inspected(utf8(edited(body, renaming(body, "n")))).model()).isEqualTo("n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"a\"}",
        "{\"model\":\"a\",\"stream_options\":{}}",
        "{\"stream_options\":null,\"model\":\"a\"}",
        "{\"stream_options\":{\"include_usage\":false},\"x\":[1,2],\"model\":\"a\" }",
      })
  void doesBothWhateverStandsFirst(String text) {
    Inspected before = inspected(utf8(text));
    BodyEdit renaming = BodyEdit.renaming(requireNonNull(before.modelSpan()), "longer");
    BodyEdits oneWay = BodyEdits.of(renaming, before.usageOption());
    BodyEdits otherWay = BodyEdits.of(before.usageOption(), renaming);
    String edited = edited(text, oneWay);
    assertThat(edited).isEqualTo(edited(text, otherWay));
    assertThat(inspected(utf8(edited)))
        .returns("longer", Inspected::model)
        .returns(null, Inspected::usageOption);
  }

  @Test
  void namesNoSpanWhereThereIsNoModel() {
    assertThat(inspected(utf8("{\"x\":{\"model\":\"a\"}}")).modelSpan()).isNull();
  }

  @Test
  void sendsTheBodyItselfWhereNothingChanges() {
    ByteBuf body = utf8("{}");
    ByteBuf sent = BodyEdits.of(null, null).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    assertThat(sent.array()).isSameAs(body.array());
    assertThat(body.refCnt()).isEqualTo(2);
    assertThat(sent.release(2)).isTrue();
  }

  @Test
  void copiesNothingThatStays() {
    ByteBuf body = utf8("{\"model\":\"a\",\"b\":1}");
    ByteBuf edited = edits(body).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    body.setByte(body.writerIndex() - 2, '2');
    assertThat(edited.toString(UTF_8)).contains("\"b\":2");
    edited.release();
    body.release();
  }

  @Test
  void holdsOneShareOfTheBodyForEachPieceThatStays() {
    ByteBuf body = utf8("{\"model\":\"a\",\"b\":1}");
    ByteBuf edited = edits(body).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    assertThat(body.refCnt()).isEqualTo(1 + 3);
    assertThat(edited.refCnt()).isOne();
    edited.release();
    assertThat(body.refCnt()).isOne();
    assertThat(body.readerIndex()).isZero();
    body.release();
  }

  @Test
  void staysReadableAfterTheBodyIsReleased() {
    ByteBuf body = utf8("{\"model\":\"a\",\"b\":1}");
    ByteBuf edited = edits(body).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    body.release();
    assertThat(inspected(edited).model()).isEqualTo("other");
    edited.release();
    assertThat(body.refCnt()).isZero();
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new BodyEdit(-1, 0, "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BodyEdit(2, 1, "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BodyEdit(1, 1, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ModelSpan(-1, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ModelSpan(3, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BodyEdits.of(new BodyEdit(0, 4, "a"), new BodyEdit(3, 5, "b")))
        .isInstanceOf(IllegalArgumentException.class);
    ByteBuf body = utf8("{}");
    BodyEdits beyond = BodyEdits.of(new BodyEdit(1, 3, "a"), null);
    assertThatThrownBy(() -> beyond.applyTo(body, UnpooledByteBufAllocator.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(body.refCnt()).isOne();
  }

  private String apply(String text) {
    return edited(text, BodyEdits.of(null, inspected(utf8(text)).usageOption()));
  }

  private BodyEdits renaming(String text, String model) {
    ModelSpan span = requireNonNull(inspected(utf8(text)).modelSpan());
    return BodyEdits.of(BodyEdit.renaming(span, model), null);
  }

  private BodyEdits edits(ByteBuf body) {
    Inspected inspected = inspected(body);
    BodyEdit renaming = BodyEdit.renaming(requireNonNull(inspected.modelSpan()), "other");
    return BodyEdits.of(renaming, inspected.usageOption());
  }

  private static String edited(String text, BodyEdits edits) {
    // a body in the middle of a larger buffer, as a slice of the receive buffer is
    ByteBuf body = utf8("junk" + text).skipBytes(4);
    ByteBuf edited = edits.applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    String sent = edited.toString(UTF_8);
    assertThat(edited.release()).isTrue();
    assertThat(body.release()).as("no other share is left").isTrue();
    return sent;
  }

  private Inspected inspected(ByteBuf body) {
    return (Inspected) inspector.inspect(body);
  }

  private static ByteBuf utf8(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }
}
