package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Against a regular expression, which is slower and plainly right. */
class ModelGlobPropertyTest {

  private static final int ROUNDS = 200_000;
  private static final String PATTERN_ALPHABET = "ab.*";
  private static final String NAME_ALPHABET = "ab.";

  @Test
  void matchesAsARegularExpressionDoes() {
    Random random = new Random(20_261_121);
    int matches = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String pattern = text(random, PATTERN_ALPHABET, 7);
      String name = text(random, NAME_ALPHABET, 9);
      boolean expected = oracle(pattern).matcher(name).matches();
      matches += expected ? 1 : 0;
      assertThat(ModelGlob.compile(pattern).matches(name))
          .as("%s on %s", pattern, name)
          .isEqualTo(expected);
    }
    assertThat(matches).as("both outcomes must occur").isBetween(ROUNDS / 20, ROUNDS / 2);
  }

  private static String text(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest + 1);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static Pattern oracle(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }
}
