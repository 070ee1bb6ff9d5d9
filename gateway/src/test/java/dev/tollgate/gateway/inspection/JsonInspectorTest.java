package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInspectorTest {

  private final JsonInspector inspector = new JsonInspector();

  @Test
  void readsModelAndStream() {
    assertThat(inspected("{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[]}"))
        .returns("gpt-4o", Inspected::model)
        .returns(true, Inspected::stream);
  }

  @Test
  void readsTheFieldsWhereverTheyStand() {
    assertThat(
            inspected(
                " \r\n\t{\"messages\":[{\"model\":1,\"stream\":\"x\"}],\"stream\":false,"
                    + "\"metadata\":{\"model\":null,\"model\":2},\"model\":\"a\\u0062c\"} \n"))
        .returns("abc", Inspected::model)
        .returns(false, Inspected::stream);
  }

  @Test
  void readsABodyThatNamesNothing() {
    assertThat(inspected("{}")).returns(null, Inspected::model).returns(false, Inspected::stream);
  }

  @Test
  void takesEscapedSpellingsOfANameForTheName() {
    assertThat(inspected("{\"mod\\u0065l\":\"gpt-4o\",\"\\u0073tream\":true}"))
        .returns("gpt-4o", Inspected::model)
        .returns(true, Inspected::stream);
  }

  @Test
  void takesAStreamOfNullForNotSet() {
    assertThat(inspected("{\"stream\":null}").stream()).isFalse();
  }

  @Test
  void readsTextOutsideTheBasicPlane() {
    assertThat(inspected("{\"model\":\"m-\\ud83d\\ude00-😀\"}").model()).isEqualTo("m-😀-😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"a\",\"model\":\"a\"}",
        "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}",
        "{\"model\":null}",
        "{\"model\":1}",
        "{\"model\":[\"a\"]}",
        "{\"model\":{\"a\":\"b\"}}",
        "{\"model\":\"\"}",
        "{\"model\":\"\\ud800\"}",
        "{\"model\":\"\\udc00a\"}",
        "{\"model\":\"\\ude00\\ud83d\"}",
        "{\"model\":\"a\\u0000\"}",
        "{\"model\":\"a\\nb\"}",
        "{\"model\":\" a\"}",
        "{\"model\":\"a \"}",
        "{\"model\":\"a\\u00a0\"}",
        "{\"model\":\"\\u3000a\"}",
      })
  void refusesAModelThatIsAmbiguousOrNotText(String body) {
    assertThat(malformed(body).param()).isEqualTo("model");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream\":true,\"stream\":true}",
        "{\"stream\":null,\"str\\u0065am\":true}",
        "{\"stream\":\"true\"}",
        "{\"stream\":1}",
        "{\"stream\":{}}",
      })
  void refusesAStreamThatIsAmbiguousOrNotABoolean(String body) {
    assertThat(malformed(body).param()).isEqualTo("stream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream_options\":null,\"stream_options\":null}",
        "{\"stream_options\":{},\"stream_options\":{}}",
        "{\"stream_options\":true}",
        "{\"stream_options\":\"x\"}",
        "{\"stream_options\":[]}",
        "{\"stream_options\":{\"include_usage\":1}}",
        "{\"stream_options\":{\"include_usage\":\"true\"}}",
        "{\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}",
        "{\"stream_options\":{\"include_usage\":null,\"include_usag\\u0065\":true}}",
      })
  void refusesStreamOptionsThatAreAmbiguousOrNotAnObject(String body) {
    assertThat(malformed(body).param()).isEqualTo("stream_options");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Model\":\"a\"}",
        "{\"model\":\"a\",\"MODEL\":\"b\"}",
        "{\"STREAM\":true}",
        "{\"\u017ftream\":true}",
        "{\"Stream_Options\":{}}",
      })
  void refusesNamesThatSomeReadersTakeForKnownOnes(String body) {
    assertThat(malformed(body).reason()).contains("only in case");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t\r "})
  void refusesAnEmptyBody(String body) {
    assertThat(malformed(body).reason()).isEqualTo("The request body is empty.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"model\":\"a\"}]", "\"a\"", "1 ", "null", "true"})
  void refusesARootThatIsNotAnObject(String body) {
    assertThat(malformed(body).reason()).contains("must be a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}{}", "{} {}", "{}1", "{}]", "{}}", "{},", "{}\0", "{} x", "{}\"a\""})
  void refusesTrailingData(String body) {
    malformed(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"model\"",
        "{\"model\":",
        "{\"model\":\"a",
        "{\"model\":\"a\"",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":0x1}",
        "{\"a\":tru}",
        "{\"a\":truex}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\0\"}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "{/* */\"a\":1}",
        "{\"a\":1}//",
        "#\n{}",
        "\u00a0{}",
        "\f{}",
      })
  void refusesWhatIsNotJson(String body) {
    malformed(body);
  }

  @Test
  void refusesAByteOrderMark() {
    assertThat(malformed("\ufeff{\"model\":\"a\"}").reason()).contains("byte order mark");
  }

  @Test
  void refusesOtherEncodings() {
    malformed("{\"model\":\"a\"}", UTF_16LE);
    malformed("\ufeff{\"model\":\"a\"}", UTF_16LE);
    malformed("{\"a\":\"\u00e4\"}", ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c0\u00a2", // overlong quote
        "\u00e0\u0080\u00a2",
        "\u00ed\u00a0\u0080", // surrogate
        "\u00f4\u0090\u0080\u0080", // above U+10FFFF
        "\u00f8\u0088\u0080\u0080\u0080",
        "\u0080",
        "\u00c3",
        "\u00e2\u0082",
        "\u00ff",
      })
  void refusesInvalidUtf8InValuesNamesAndAfterTheEnd(String bytes) {
    assertThat(malformed("{\"a\":\"" + bytes + "\"}", ISO_8859_1).reason()).contains("UTF-8");
    assertThat(malformed("{\"" + bytes + "\":1}", ISO_8859_1).reason()).contains("UTF-8");
    assertThat(malformed("{}" + bytes, ISO_8859_1).reason()).contains("UTF-8");
  }

  @Test
  void refusesInvalidUtf8FarFromTheFirstBlock() {
    String padding = "x".repeat(20_000);
    malformed("{\"a\":\"" + padding + "\u00ed\u00a0\u0080" + padding + "\"}", ISO_8859_1);
  }

  @Test
  void acceptsTheDeepestNestingAndRefusesOneMore() {
    assertThat(inspected(nested(JsonInspector.MAX_DEPTH)).model()).isEqualTo("a");
    assertThat(malformed(nested(JsonInspector.MAX_DEPTH + 1)).reason()).contains("deeper than 64");
  }

  @Test
  void acceptsTheLongestModelAndRefusesOneMore() {
    String longest = "m".repeat(ModelText.MAX_LENGTH);
    assertThat(inspected("{\"model\":\"" + longest + "\"}").model()).isEqualTo(longest);
    malformed("{\"model\":\"" + longest + "m\"}");
  }

  @Test
  void refusesANameWithoutEnd() {
    malformed("{\"" + "n".repeat(100_000) + "\":1}");
  }

  @Test
  void leavesTheBodyAsItWas() {
    ByteBuf body = Unpooled.copiedBuffer("junk{\"model\":\"a\"}", UTF_8).skipBytes(4);
    inspector.inspect(body);
    assertThat(body.toString(UTF_8)).isEqualTo("{\"model\":\"a\"}");
    assertThat(body.refCnt()).isOne();
  }

  @Test
  void readsOnlyTheReadableBytes() {
    ByteBuf body = Unpooled.copiedBuffer("[[{\"model\":\"a\"}]]", UTF_8);
    assertThat(inspector.inspect(body.slice(2, body.readableBytes() - 4)))
        .isInstanceOf(Inspected.class);
  }

  @Test
  void allocatesNothingForALongString() {
    ByteBuf image = utf8("{\"image\":\"" + "QUJD".repeat(250_000) + "\",\"model\":\"a\"}");
    for (int i = 0; i < 10; i++) {
      inspector.inspect(image);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    inspector.inspect(image);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16_384);
  }

  private static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + ",\"model\":\"a\"}";
  }

  private Inspected inspected(String body) {
    Inspection inspection = inspector.inspect(utf8(body));
    assertThat(inspection).isInstanceOf(Inspected.class);
    return (Inspected) inspection;
  }

  private Malformed malformed(String body) {
    return malformed(body, UTF_8);
  }

  private Malformed malformed(String body, Charset charset) {
    Inspection inspection = inspector.inspect(Unpooled.copiedBuffer(body, charset));
    assertThat(inspection).as(body).isInstanceOf(Malformed.class);
    return (Malformed) inspection;
  }

  private static ByteBuf utf8(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }
}
