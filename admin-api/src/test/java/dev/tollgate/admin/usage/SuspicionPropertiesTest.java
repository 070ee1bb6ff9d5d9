package dev.tollgate.admin.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SuspicionPropertiesTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(SuspicionProperties.class)
  static class Properties {}

  @Test
  void hasDefaults() {
    application.run(context ->
        assertThat(context.getBean(SuspicionProperties.class))
            .isEqualTo(new SuspicionProperties(Duration.ofMinutes(10), 30, Duration.ofMinutes(1))));
  }

  @Test
  void takesOtherValues() {
    application
        .withPropertyValues("tollgate.suspicion.window=1h", "tollgate.suspicion.refusals=5")
        .run(context ->
            assertThat(context.getBean(SuspicionProperties.class))
                .isEqualTo(new SuspicionProperties(Duration.ofHours(1), 5, Duration.ofMinutes(1))));
  }

  @ParameterizedTest
  @CsvSource({"window=25h,window", "window=-1s,window", "refusals=0,refusals"})
  void refusesToStart(String property, String named) {
    application
        .withPropertyValues("tollgate.suspicion." + property)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("tollgate.suspicion." + named));
  }
}
