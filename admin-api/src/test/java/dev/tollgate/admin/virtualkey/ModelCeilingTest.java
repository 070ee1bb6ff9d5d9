package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCeilingTest {

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
    assertThat(ModelCeiling.covers(wide, narrow)).isEqualTo(covered);
  }
}
