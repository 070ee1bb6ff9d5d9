package dev.tollgate.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectedUsageFilterTest {

  private static final String CONTENT =
      "data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"grüße 🦊\"}}],\"usage\":null}\n\n";
  private static final String EXTRA =
      "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"d\":{\"a\":[1]}}}\n\n";
  private static final String AZURE_FIRST =
      "data: {\"choices\":[],\"model\":\"\",\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private boolean direct;
  private final InjectedUsageFilter filter = new InjectedUsageFilter();

  /** Counts every byte it gave out, on the heap and off it. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  @AfterEach
  void nothingIsLeftBehind() {
    filter.close();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void takesOutTheExtraChunkWithItsBlankLine() {
    assertThat(whole(CONTENT + EXTRA + DONE)).isEqualTo(CONTENT + DONE);
  }

  @Test
  void passesABufferWithoutTheExtraChunkAsItIs() {
    ByteBuf in = buffer(CONTENT + CONTENT);
    ByteBuf out = filter.filter(in);
    assertThat(out).isSameAs(in);
    in.release();
  }

  @Test
  void anEventPassesAsSoonAsItHasAChoice() {
    assertThat(pass("data: {\"id\":\"1\",\"choices\":[")).isEmpty();
    assertThat(pass("{")).isEqualTo("data: {\"id\":\"1\",\"choices\":[{");
    assertThat(pass("\"delta\":")).isEqualTo("\"delta\":");
  }

  @Test
  void theEndOfTheStreamPassesAtOnce() {
    assertThat(pass("data: [")).isEqualTo("data: [");
  }

  @Test
  void nothingOfTheExtraChunkPassesWhereverItIsCut() {
    byte[] stream = utf8(CONTENT + EXTRA + DONE);
    for (int at = 1; at <= stream.length; at++) {
      int first = at;
      assertThat(cut(stream, from -> from == 0 ? first : stream.length))
          .as("cut at %d", at)
          .isEqualTo(utf8(CONTENT + DONE));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        AZURE_FIRST,
        "data: {\"choices\":[],\"usage\":null}\n\n",
        "data: {\"usage\":{\"prompt_tokens\":9}}\n\n",
        "data: {\"choices\":null,\"usage\":{}}\n\n",
        "data: {\"choices\":[{\"usage\":{}}],\"usage\":{}}\n\n",
        "data: {\"x\":{\"choices\":[],\"usage\":{}}}\n\n",
        "data: {\"x\":\"\\\"choices\\\":[],\\\"usage\\\":{}\"}\n\n",
        "data: {\"x\":\"\\\\\",\"choices\":[1],\"usage\":{}}\n\n",
        "data: {\"error\":{\"message\":\"no\"}}\n\n",
        "data: not json\n\n",
        "data\n\n",
        "datum: {\"choices\":[],\"usage\":{}}\n\n",
        ": {\"choices\":[],\"usage\":{}}\n\n",
        "event: x\nid: 7\n\n",
        "\n\n\r\n\r\r",
      })
  void passesWhatIsNotTheExtraChunk(String event) {
    assertThat(whole(CONTENT + event + DONE)).isEqualTo(CONTENT + event + DONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:{\"choices\":[],\"usage\":{}}\n\n",
        "data: {\"choices\" : [ ] , \"usage\" : { } }\n\n",
        "data: {\"usage\":{\"x\":\"}\"},\"choices\":[]}\n\n",
        "data: {\"n\":1,\"s\":\"a\\\"b\",\"choices\":[],\"l\":[{}],\"usage\":{}}\r\n\r\n",
        "data: {\"choices\":[],\"usage\":{}}\r\r",
        "data: {\"choices\":[],\ndata: \"usage\":{}}\n\n",
        "event: chunk\nid: 7\ndata: {\"choices\":[],\"usage\":{}}\nretry: 1\n\n",
        "data: {\"choices\":[],\"usage\":{}}\n: comment within\n\n",
      })
  void takesOutTheExtraChunkHoweverItIsWritten(String event) {
    assertThat(whole(CONTENT + event + DONE)).isEqualTo(CONTENT + DONE);
  }

  @Test
  void signsOfLifePassAtOnce() {
    assertThat(pass(": PROC")).isEqualTo(": PROC");
    assertThat(pass("ESSING\n")).isEqualTo("ESSING\n");
    assertThat(pass("\n")).isEqualTo("\n");
  }

  @Test
  void theEndGivesBackWhatIsUndecided() {
    assertThat(pass(CONTENT + "data: {\"choices\":[],")).isEqualTo(CONTENT);
    assertThat(end()).isEqualTo("data: {\"choices\":[],");
    assertThat(end()).isEmpty();
  }

  @Test
  void closingLetsGoOfWhatIsHeld() {
    pass("data: {\"choices\":[],");
    filter.close();
    filter.close();
    assertThat(end()).isEmpty();
  }

  @Test
  void holdsNoMoreThanItsBound() {
    String start = "data: {\"choices\":[],\"x\":\"";
    assertThat(pass(start)).isEmpty();
    String more = "y".repeat(InjectedUsageFilter.MOST_HELD - start.length());
    assertThat(pass(more)).isEmpty();
    assertThat(pass("z")).isEqualTo(start + more + "z");
    assertThat(pass("\"}\n\n" + EXTRA + DONE)).isEqualTo("\"}\n\n" + DONE);
  }

  @Test
  void emptyBuffersDoNoHarm() {
    assertThat(pass("")).isEmpty();
    assertThat(pass("data: {")).isEmpty();
    assertThat(pass("")).isEmpty();
    assertThat(end()).isEqualTo("data: {");
  }

  /** Random streams of all line ends, cut at random, lose exactly their extra events. */
  @Test
  void anyStreamCutAnyhowLosesTheExtraEventsOnly() {
    Random random = new Random(20261121);
    for (int round = 0; round < 3_000; round++) {
      StringBuilder stream = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
      for (int event = 0; event < 6; event++) {
        String text =
            List.of(CONTENT, EXTRA, AZURE_FIRST, ": ping\n\n", DONE, "event: a\ndata: {}\n\n")
                .get(random.nextInt(6));
        stream.append(text.replace("\n", lineEnd));
        expected.append(text.equals(EXTRA) ? "" : text.replace("\n", lineEnd));
      }
      int most = 1 + random.nextInt(200);
      assertThat(cut(utf8(stream.toString()), from -> from + 1 + random.nextInt(most)))
          .isEqualTo(utf8(expected.toString()));
    }
  }

  /** Passes the stream in parts, each from where the last ended to where the rule says. */
  private byte[] cut(byte[] stream, IntUnaryOperator rule) {
    InjectedUsageFilter filter = new InjectedUsageFilter();
    ByteBuf all = Unpooled.buffer();
    for (int from = 0; from < stream.length; ) {
      int to = Math.min(stream.length, rule.applyAsInt(from));
      ByteBuf in = allocator.directBuffer().writeBytes(stream, from, to - from);
      append(all, filter.filter(in));
      assertThat(in.refCnt()).isZero();
      from = to;
    }
    append(all, filter.end());
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes).release();
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void append(ByteBuf all, @Nullable ByteBuf part) {
    if (part != null) {
      all.writeBytes(part);
      assertThat(part.release()).isTrue();
    }
  }

  private String whole(String stream) {
    return pass(stream) + end();
  }

  private String pass(String text) {
    return taken(filter.filter(buffer(text)));
  }

  private String end() {
    return taken(filter.end());
  }

  private static String taken(@Nullable ByteBuf out) {
    if (out == null) {
      return "";
    }
    String text = out.toString(StandardCharsets.UTF_8);
    out.release();
    return text;
  }

  private ByteBuf buffer(String text) {
    direct = !direct;
    ByteBuf in = direct ? allocator.directBuffer() : allocator.heapBuffer();
    in.writeCharSequence(text, StandardCharsets.UTF_8);
    return in;
  }
}
