package dev.tollgate.admin.problem;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IfMatchTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        " | true",
        "* | true",
        "\"3\" | true",
        "3 | true",
        "\"2\", \"3\" | true",
        "\"2\" | false",
        "\"2\",\"4\" | false",
        "\"33\" | false",
        "`` | false",
        "x | false",
      })
  void letsPassWhatNamesTheVersion(@Nullable String header, boolean passes) {
    var check = assertThatCode(() -> IfMatch.check(header, 3));
    if (passes) {
      check.doesNotThrowAnyException();
    } else {
      check.isInstanceOf(ProblemException.class);
    }
  }
}
