package dev.tollgate.admin.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

  @Test
  void findsItsPlaceholders() {
    assertThat(Template.parse("a {{X}} b {{Y.z}}").orElseThrow().placeholders())
        .containsExactly("X", "Y.z");
    assertThat(Template.parse("plain {text}").orElseThrow().placeholders()).isEmpty();
    assertThat(Template.parse("").orElseThrow().placeholders()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{X",
        "X}}",
        "{{}}",
        "{{a b}}",
        "{{{{X}}}}",
        "#{1}",
        "a\r\nb",
        "a\n",
        " a",
        "\u00e4"
      })
  void refusesWhatIsNotWellFormed(String text) {
    assertThat(Template.parse(text)).isEmpty();
  }
}
