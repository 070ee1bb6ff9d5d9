package dev.tollgate.admin.document;

import static dev.tollgate.admin.document.Documents.NOW;
import static dev.tollgate.admin.document.Documents.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueRulesTest {
  private final Findings findings = new Findings();

  private String read(ValueRule rule, String value) {
    String kept = rule.read(json(value), At.root(findings, NOW)).toString();
    return findings.errors().isEmpty() ? kept : findings.errors().getFirst().code();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      textBlock =
          """
          0,                0
          0.1,              0.1
          '0.1',            0.1
          10.00,            10
          1.0000000,        1
          1e2,              100
          '100',            100
          0.000001,         0.000001
          0.30000000000000004, invalid_value
          0.0000001,        invalid_value
          '0.0000001',      invalid_value
          1000000000,       1000000000
          1000000000.000001, invalid_value
          -1,               invalid_value
          '-1',             invalid_value
          1e999999999,      invalid_value
          1e-999999999,     invalid_value
          '1e2',            invalid_value
          '',               invalid_value
          true,             invalid_type
          [],               invalid_type
          """)
  void readsMoneyAsADecimal(String value, String expected) {
    assertThat(read(ValueRules.money(), value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0,                    0
          9007199254740991,     9007199254740991
          9007199254740992,     invalid_value
          99999999999999999999, invalid_value
          -1,                   invalid_value
          1.0,                  invalid_type
          "5",                  invalid_type
          """,
      quoteCharacter = '^')
  void readsCountsAsWholeNumbers(String value, String expected) {
    assertThat(read(ValueRules.count(), value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0.8,  0.8
          0.80000000, 0.8
          0.123456, 0.123456
          0.1234567, invalid_value
          1,    1
          1.0,  1
          0,    invalid_value
          1.01, invalid_value
          1e-999999999, invalid_value
          "1",  invalid_type
          """,
      quoteCharacter = '^')
  void readsSharesOfAWhole(String value, String expected) {
    assertThat(read(ValueRules.share(), value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          "45s",         45
          "30m",         1800
          "24h",         86400
          "2d",          172800
          90,            90
          "90",          90
          "0s",          invalid_value
          "3d",          invalid_value
          "9999999999d", invalid_value
          "1w",          invalid_value
          "-1h",         invalid_value
          "1.5h",        invalid_value
          "1h30m",       invalid_value
          1.5,           invalid_type
          true,          invalid_type
          """,
      quoteCharacter = '^')
  void readsDurations(String value, String expected) {
    assertThat(read(ValueRules.duration(Duration.ofSeconds(1), Duration.ofDays(2)), value))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1,1s", "60,1m", "90,90s", "7200,2h", "86400,1d", "129600,36h", "0,0s"})
  void writesDurationsInTheirLargestUnit(long seconds, String expected) {
    assertThat(DurationText.format(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }
}
