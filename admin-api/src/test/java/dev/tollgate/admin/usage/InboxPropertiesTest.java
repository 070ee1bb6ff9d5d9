package dev.tollgate.admin.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class InboxPropertiesTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(InboxProperties.class)
  static class Properties {}

  @Test
  void readsEveryTwoSeconds() {
    application.run(context ->
        assertThat(context.getBean(InboxProperties.class).interval())
            .isEqualTo(Duration.ofSeconds(2)));
  }

  @Test
  void takesAnotherInterval() {
    application
        .withPropertyValues("tollgate.inbox.interval=10ms")
        .run(context ->
            assertThat(context.getBean(InboxProperties.class).interval())
                .isEqualTo(Duration.ofMillis(10)));
  }

  @Test
  void refusesToSpin() {
    application
        .withPropertyValues("tollgate.inbox.interval=0s")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("tollgate.inbox.interval"));
  }
}
