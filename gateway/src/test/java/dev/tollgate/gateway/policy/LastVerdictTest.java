package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastVerdictTest {

  private final List<String> asked = new ArrayList<>();
  private final LastVerdict verdict =
      new LastVerdict(text -> {
        asked.add(text);
        return text.startsWith("good");
      });

  @Test
  void asksOnceForTheSameTextInARow() {
    assertThat(verdict.passes("good")).isTrue();
    assertThat(verdict.passes(new String("good"))).isTrue();

    assertThat(asked).containsExactly("good");
  }

  @Test
  void remembersARefusalAsWell() {
    assertThat(verdict.passes("bad")).isFalse();
    assertThat(verdict.passes("bad")).isFalse();

    assertThat(asked).containsExactly("bad");
  }

  @Test
  void judgesEachOfTwoTextsInTurn() {
    assertThat(verdict.passes("good")).isTrue();
    assertThat(verdict.passes("bad")).isFalse();
    assertThat(verdict.passes("good")).isTrue();
  }

  @Test
  void keepsNoLongText() {
    String text = "good" + "x".repeat(1000);

    assertThat(verdict.passes(text)).isTrue();
    assertThat(verdict.passes(text)).isTrue();

    assertThat(asked).containsExactly(text, text);
  }
}
