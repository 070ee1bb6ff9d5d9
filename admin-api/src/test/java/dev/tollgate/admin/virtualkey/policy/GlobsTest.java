package dev.tollgate.admin.virtualkey.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {

  @ParameterizedTest
  @CsvSource({
    "*,gpt-4o,true",
    "*,gpt-*,true",
    "*,*,true",
    "gpt-*,gpt-4o,true",
    "gpt-*,gpt-4*,true",
    "gpt-*,gpt-*,true",
    "gpt-*,*,false",
    "gpt-*,g*,false",
    "gpt-4o,gpt-*,false",
    "gpt-4o,gpt-4o,true",
    "gpt-4o,gpt-4o-mini,false",
    "*-mini,gpt-4o-mini,true",
    "*-mini,*-mini,true",
    "*-mini,gpt-*,false",
    "a*c,abc,true",
    "a*c,a*b*c,true",
    "a*c,a*,false",
    "a*b*c,axxbxxc,true",
    "a*b*c,a*c,false",
    "a**,a,true",
    "a,a*,false",
  })
  void coversWhatIsNarrower(String wide, String narrow, boolean covered) {
    assertThat(Globs.covers(wide, narrow)).isEqualTo(covered);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-*,*-mini,gpt-*-mini gpt-mini",
    "gpt-*,claude-*,''",
    "gpt-*,gpt-4*,gpt-4*",
    "a*b,a*c,''",
    "a*,*a,a*a a",
    "*,x,x",
  })
  void findsWhatBothMatch(String above, String below, String expected) {
    assertThat(Globs.both(above, below))
        .containsExactlyInAnyOrder(expected.isEmpty() ? new String[0] : expected.split(" ", -1));
  }

  @Test
  void bothMatchExactlyWhatEachMatches() {
    Random random = new Random(42);
    for (int i = 0; i < 3_000; i++) {
      String above = text(random, "ab*", 5);
      String below = text(random, "ab*", 5);
      List<String> both = Globs.both(above, below);
      for (int j = 0; j < 20; j++) {
        String name = text(random, "ab", 6);
        assertThat(both.stream().anyMatch(pattern -> Globs.covers(pattern, name)))
            .as("%s and %s: %s of %s", above, below, both, name)
            .isEqualTo(Globs.covers(above, name) && Globs.covers(below, name));
      }
    }
  }

  @Test
  void givesUpOnWhatNobodyWouldRead() {
    String stars = "*a".repeat(40);
    String others = "*b".repeat(40);
    assertThat(Globs.both(stars + "*", others + "*")).containsExactly(others + "*");
  }

  private static String text(Random random, String alphabet, int maxLength) {
    char[] text = new char[random.nextInt(maxLength + 1)];
    for (int i = 0; i < text.length; i++) {
      text[i] = alphabet.charAt(random.nextInt(alphabet.length()));
    }
    return new String(text);
  }
}
