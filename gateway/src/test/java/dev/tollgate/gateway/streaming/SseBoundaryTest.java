package dev.tollgate.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.streaming.SseBoundary.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseBoundaryTest {

  private final SseBoundary boundary = new SseBoundary();

  @Test
  void beginsAtABoundary() {
    assertThat(boundary.position()).isEqualTo(Position.EVENT_BOUNDARY);
    assertThat(boundary.separator()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"data: x\n\n", "data: x\r\n\r\n", "data: x\r\r", "d\n\r\n", "\n", "d\n\r"})
  void knowsTheEndOfAnEvent(String passed) {
    pass(passed);
    assertThat(boundary.position()).isEqualTo(Position.EVENT_BOUNDARY);
    assertThat(boundary.separator()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: x\n", "data: x\r\n", "data: x\r", "data: x\n\ndata: y\r\n"})
  void knowsTheEndOfALine(String passed) {
    pass(passed);
    assertThat(boundary.position()).isEqualTo(Position.LINE_END);
  }

  @Test
  void knowsThatALineIsNotOver() {
    pass("data: x\n\nda");
    assertThat(boundary.position()).isEqualTo(Position.MID_LINE);
    assertThat(boundary.separator()).isEqualTo("\n\n");
  }

  @Test
  void closesALineThatEndedWithAReturnByMoreThanItsSecondHalf() {
    pass("data: x\r");
    assertThat(boundary.separator()).isEqualTo("\n\n");
    pass("\n");
    assertThat(boundary.position()).isEqualTo(Position.LINE_END);
    assertThat(boundary.separator()).isEqualTo("\n");
  }

  @Test
  void leavesTheChunkAsItIs() {
    ByteBuf chunk = Unpooled.copiedBuffer("xdata: x\n", StandardCharsets.US_ASCII);
    chunk.readByte();
    boundary.passed(chunk);
    assertThat(chunk.readerIndex()).isEqualTo(1);
    assertThat(chunk.refCnt()).isEqualTo(1);
    chunk.release();
  }

  /** The same bytes give the same answer however they are cut, and the separator always works. */
  @Test
  void anyCutGivesTheAnswerOfAPlainParser() {
    Random random = new Random(20261121);
    for (int round = 0; round < 20_000; round++) {
      String text =
          random
              .ints(random.nextInt(12), 0, 4)
              .mapToObj(i -> "a:\r\n".substring(i, i + 1))
              .reduce("", String::concat);
      SseBoundary cut = new SseBoundary();
      for (int from = 0; from < text.length(); ) {
        int to = from + 1 + random.nextInt(text.length() - from);
        passTo(cut, text.substring(from, to));
        from = to;
      }
      assertThat(cut.position()).as(escaped(text)).isEqualTo(plainly(text));
      assertThat(plainly(text + cut.separator()))
          .as(escaped(text))
          .isEqualTo(Position.EVENT_BOUNDARY);
    }
  }

  private static Position plainly(String text) {
    String lines = text.replace("\r\n", "\n").replace('\r', '\n');
    if (lines.isEmpty() || lines.endsWith("\n\n") || lines.equals("\n")) {
      return Position.EVENT_BOUNDARY;
    }
    return lines.endsWith("\n") ? Position.LINE_END : Position.MID_LINE;
  }

  private static String escaped(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  private void pass(String text) {
    passTo(boundary, text);
  }

  private static void passTo(SseBoundary boundary, String text) {
    ByteBuf chunk = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    boundary.passed(chunk);
    chunk.release();
  }
}
