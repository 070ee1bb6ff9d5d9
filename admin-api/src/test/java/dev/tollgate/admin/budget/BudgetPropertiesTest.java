package dev.tollgate.admin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class BudgetPropertiesTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(BudgetProperties.class)
  static class Properties {}

  @Test
  void hasDefaults() {
    application.run(context ->
        assertThat(context.getBean(BudgetProperties.class))
            .isEqualTo(new BudgetProperties(Duration.ofSeconds(5))));
  }

  @Test
  void takesOtherValues() {
    application
        .withPropertyValues("tollgate.budgets.alerts-every=1m")
        .run(context ->
            assertThat(context.getBean(BudgetProperties.class))
                .isEqualTo(new BudgetProperties(Duration.ofMinutes(1))));
  }

  @Test
  void refusesToStart() {
    application
        .withPropertyValues("tollgate.budgets.alerts-every=999ms")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("tollgate.budgets.alerts-every"));
  }
}
