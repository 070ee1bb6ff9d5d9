package dev.tollgate.deploy.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {

  private static final List<Frame> FRAMES =
      List.of(Frame.of("data: é你🚀\n\n", 3), Frame.of("b", 1));

  @Test
  void splitsEveryCharacterOfSeveralBytesAndLosesNothing() {
    List<Frame> pieces = Frames.splitCharacters(FRAMES);
    assertThat(pieces).hasSize(5);
    assertThat(text(pieces)).isEqualTo(text(FRAMES));
    assertThat(new String(pieces.getFirst().bytes(), UTF_8)).isEqualTo("data: \uFFFD");
  }

  @Test
  void dripsWithoutLosingBytesOrTokens() {
    List<Frame> pieces = Frames.cutEvery(7, FRAMES);
    assertThat(pieces).allMatch(piece -> piece.bytes().length <= 7);
    assertThat(text(pieces)).isEqualTo(text(FRAMES));
    assertThat(pieces.stream().mapToInt(Frame::outputTokens).sum()).isEqualTo(4);
  }

  @Test
  void cutsWithinAFrame() {
    List<Frame> cut = Frames.cutMidFrame(FRAMES);
    assertThat(text(FRAMES)).startsWith("data: ");
    assertThat(cut).hasSize(1);
    assertThat(cut.getFirst().bytes().length).isLessThan(FRAMES.getFirst().bytes().length);
  }

  private static String text(List<Frame> frames) {
    return new String(new Answer(200, List.of(), frames, Delivery.PROMPT, 0).body(), UTF_8);
  }
}
