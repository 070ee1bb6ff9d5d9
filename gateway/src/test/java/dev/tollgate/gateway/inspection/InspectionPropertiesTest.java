package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class InspectionPropertiesTest {

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()).holdForm()).isEqualTo(DataSize.ofKilobytes(64));
    assertThat(bind(Map.of()).mostHeld().toBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
  }

  @Test
  void mapsEveryValue() {
    assertThat(bind(Map.of("tollgate.inspection.hold-form", "0B")).holdForm())
        .isEqualTo(DataSize.ofBytes(0));
    assertThat(bind(Map.of("tollgate.inspection.hold-form", "1MB")).holdForm())
        .isEqualTo(DataSize.ofMegabytes(1));
    assertThat(bind(Map.of("tollgate.inspection.max-held", "7MB")).mostHeld())
        .isEqualTo(DataSize.ofMegabytes(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1B", "0B", "1048575B"})
  void refusesSoLittleThatNothingFits(String held) {
    assertThatThrownBy(() -> bind(Map.of("tollgate.inspection.max-held", held)))
        .rootCause()
        .hasMessageContaining("tollgate.inspection.max-held");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1B", "1048577B"})
  void refusesWhatIsOutOfRange(String hold) {
    assertThatThrownBy(() -> bind(Map.of("tollgate.inspection.hold-form", hold)))
        .rootCause()
        .hasMessageContaining("tollgate.inspection.hold-form");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1023B", "16777217B"})
  void refusesMessagesThatAreNoneOrKeepTheEventLoop(String longest) {
    assertThatThrownBy(() -> bind(Map.of("tollgate.inspection.max-message", longest)))
        .rootCause()
        .hasMessageContaining("tollgate.inspection.max-message");
  }

  private static InspectionProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("tollgate.inspection", InspectionProperties.class);
  }
}
