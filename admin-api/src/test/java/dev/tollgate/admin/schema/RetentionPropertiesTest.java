package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class RetentionPropertiesTest {

  private final ApplicationContextRunner application =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(RetentionProperties.class)
  static class Properties {}

  @Test
  void keepsUsageForTenYears() {
    application.run(context ->
        assertThat(context.getBean(RetentionProperties.class).usage())
            .isEqualTo(Duration.ofDays(3650)));
  }

  @ParameterizedTest
  @ValueSource(longs = {32, 400, 36_500})
  void keepsItForAnotherTime(long days) {
    application
        .withPropertyValues("tollgate.retention.usage=" + days + "d")
        .run(context ->
            assertThat(context.getBean(RetentionProperties.class).usage())
                .isEqualTo(Duration.ofDays(days)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0d", "-1d", "31d", "36501d"})
  void refusesATimeThatBudgetsOrDatesDoNotAllow(String time) {
    application
        .withPropertyValues("tollgate.retention.usage=" + time)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("tollgate.retention.usage"));
  }
}
