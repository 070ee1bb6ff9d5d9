package dev.tollgate.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class TokensPropertiesTest {

  private static TokensProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("tollgate.tokens", TokensProperties.class);
  }

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new TokensProperties(
                DataSize.ofKilobytes(16), Duration.ofMillis(3), Duration.ofMillis(250)));
  }

  @Test
  void readsAllValues() {
    assertThat(
            bind(
                Map.of(
                    "tollgate.tokens.off-loop-above", "8KB",
                    "tollgate.tokens.longest-on-loop", "1ms",
                    "tollgate.tokens.longest-off-loop", "1s")))
        .isEqualTo(
            new TokensProperties(
                DataSize.ofKilobytes(8), Duration.ofMillis(1), Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "off-loop-above,2MB",
    "off-loop-above,-1B",
    "longest-on-loop,101ms",
    "longest-on-loop,-1ms",
    "longest-off-loop,11s",
    "longest-off-loop,-1s"
  })
  void refusesWhatIsOutOfBounds(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of("tollgate.tokens." + name, value)))
        .rootCause()
        .hasMessageContaining("tollgate.tokens." + name);
  }
}
