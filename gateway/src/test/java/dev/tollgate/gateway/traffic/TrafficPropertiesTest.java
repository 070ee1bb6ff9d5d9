package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.redis.WhenAway;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class TrafficPropertiesTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(TrafficProperties.class)
  static class Properties {}

  @Test
  void needsNothing() {
    context.run(started ->
        assertThat(started.getBean(TrafficProperties.class))
            .isEqualTo(new TrafficProperties(Map.of(), 200_000)));
  }

  @Test
  void saysWhatBecomesOfEachKind() {
    context
        .withPropertyValues(
            "tollgate.traffic.when-away.requests-per-day=reject",
            "tollgate.traffic.when-away.input-tokens-per-minute=admit",
            "tollgate.traffic.max-counted=100")
        .run(started ->
            assertThat(started.getBean(TrafficProperties.class))
                .isEqualTo(
                    new TrafficProperties(
                        Map.of(
                            LimitKind.REQUESTS_PER_DAY, WhenAway.REJECT,
                            LimitKind.INPUT_TOKENS_PER_MINUTE, WhenAway.ADMIT),
                        100)));
  }

  @ParameterizedTest
  @CsvSource({
    "tollgate.traffic.when-away.requests-per-day, perhaps",
    "tollgate.traffic.when-away.requests-per-year, admit",
    "tollgate.traffic.max-counted, 99"
  })
  void refusesToStart(String name, String value) {
    context
        .withPropertyValues(name + "=" + value)
        .run(started ->
            assertThat(started).getFailure().hasStackTraceContaining("tollgate.traffic"));
  }
}
