package dev.tollgate.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.Encoding;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountedTextTest {

  private static final int BODY = 25_000_000;

  @ParameterizedTest
  @EnumSource(TextEncoding.class)
  void countsInPiecesWhatTheWholeCounts(TextEncoding encoding) {
    Encoding whole = Bodies.ENCODINGS.load(encoding);
    Random random = new Random(20261121);
    for (int i = 0; i < 300; i++) {
      String text = text(random, 1 + random.nextInt(60));
      long expected = whole.countTokensOrdinary(text);
      // Thai, Chinese and Japanese have runs longer than a piece takes: a cut adds a token or two
      assertThat(count(encoding, text)).isBetween(expected, expected + expected / 100 + 2);
    }
  }

  @ParameterizedTest
  @EnumSource(TextEncoding.class)
  void countsTextInLatinLettersExactly(TextEncoding encoding) {
    Encoding whole = Bodies.ENCODINGS.load(encoding);
    for (String text : Samples.TEXTS.subList(0, 21)) {
      String repeated = (text + "\n\n  - don't: 1234567 ").repeat(30);
      assertThat(count(encoding, repeated)).isEqualTo(whole.countTokensOrdinary(repeated));
    }
  }

  @Test
  void takesSpecialTokensForText() {
    assertThat(count(TextEncoding.CL100K, "<|endoftext|>")).isGreaterThan(1);
    assertThat(count(TextEncoding.CL100K, "hello world")).isEqualTo(2);
    assertThat(count(TextEncoding.CL100K, "tiktoken is great!")).isEqualTo(6);
    assertThat(count(TextEncoding.CL100K, "antidisestablishmentarianism")).isEqualTo(6);
    assertThat(count(TextEncoding.O200K, "antidisestablishmentarianism")).isEqualTo(6);
  }

  /** Whatever the run: after its time the rest is estimated, which takes a fraction of a second. */
  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "\n", "=", "q", "\u4e2d", "\ud83d\ude00", " \n", "\t "})
  void endsInTimeOnAnyRun(String unit) {
    AtomicLong ticks = new AtomicLong();
    CountedText text =
        new CountedText(
            Bodies.ENCODINGS.load(TextEncoding.O200K)::countTokensOrdinary,
            ticks::incrementAndGet,
            50);
    char[] block = unit.repeat(1_000).toCharArray();
    for (int i = 0; i < BODY / block.length; i++) {
      text.add(block, 0, block.length);
    }
    text.end();
    assertThat(ticks.get()).as("pieces that were counted").isLessThan(60);
    assertThat(text.isExact()).isFalse();
    assertThat(text.tokens()).isGreaterThan(BODY / 64L);
  }

  @Test
  void countsAllWhileThereIsTime() {
    AtomicLong ticks = new AtomicLong();
    CountedText text =
        new CountedText(
            Bodies.ENCODINGS.load(TextEncoding.O200K)::countTokensOrdinary, ticks::get, 0);
    char[] words = "many words ".repeat(1_000).toCharArray();
    text.add(words, 0, words.length);
    text.end();
    assertThat(text.isExact()).isTrue();
  }

  private static long count(TextEncoding encoding, String text) {
    CountedText counted = Bodies.counted(encoding);
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 300);
      counted.add(text.toCharArray(), at, end);
      at = end;
    }
    counted.end();
    assertThat(counted.isExact()).isTrue();
    return counted.tokens();
  }

  private static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      String sample = Samples.TEXTS.get(random.nextInt(Samples.TEXTS.size()));
      String[] split = sample.split(" ", -1);
      text.append(split[random.nextInt(split.length)])
          .append(random.nextInt(9) == 0 ? ".\n\n" : " ");
    }
    return text.toString();
  }
}
