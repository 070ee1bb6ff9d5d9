package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What the simulator says, and how it counts: a word is a token, so that a test can count along.
 */
final class SampleText {

  /** Has characters of one to four bytes in UTF-8, for those who cut streams. */
  private static final List<String> WORDS =
      List.of(
          "Hello ",
          "from ",
          "the ",
          "simulated ",
          "provider, ",
          "streamed ",
          "through ",
          "Tollgate ",
          "word ",
          "by ",
          "word: ",
          "naïve ",
          "café, ",
          "Grüße, ",
          "你好 ",
          "世界, ",
          "🚀 ",
          "and ",
          "good-bye. ");

  static final int NATURAL_LENGTH = WORDS.size();

  private SampleText() {}

  static List<String> words(int count) {
    List<String> words = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      words.add(WORDS.get(i % WORDS.size()));
    }
    return words;
  }

  /** Four characters a token, at least one. */
  static int inputTokens(String prompt) {
    return Math.max(1, (prompt.length() + 3) / 4);
  }
}
