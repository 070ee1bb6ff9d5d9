package dev.tollgate.gateway.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.redis.WhenAway;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ConcurrencyPropertiesTest {

  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final ConcurrencyProperties DEFAULTS =
      new ConcurrencyProperties(
          DEFAULT_WAIT, LONGEST_WAIT, 10_000, Duration.ofSeconds(30), WhenAway.LOCAL_SHARE);

  private final ApplicationContextRunner context =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(ConcurrencyProperties.class)
  static class Properties {}

  @Test
  void hasDefaults() {
    context.run(
        started -> assertThat(started.getBean(ConcurrencyProperties.class)).isEqualTo(DEFAULTS));
  }

  @Test
  void takesEveryValue() {
    context
        .withPropertyValues(
            "tollgate.concurrency.default-queue-wait=2s",
            "tollgate.concurrency.max-queue-wait=20s",
            "tollgate.concurrency.max-waiting=7",
            "tollgate.concurrency.lease=1m",
            "tollgate.concurrency.when-away=REJECT")
        .run(started ->
            assertThat(started.getBean(ConcurrencyProperties.class))
                .isEqualTo(
                    new ConcurrencyProperties(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(20),
                        7,
                        Duration.ofMinutes(1),
                        WhenAway.REJECT)));
  }

  @ParameterizedTest
  @CsvSource({
    "default-queue-wait, 0s",
    "default-queue-wait, 6m",
    "max-queue-wait, 0s",
    "max-waiting, -1",
    "lease, 2s",
    "lease, 6m",
    "when-away, HOPE"
  })
  void refusesToStart(String name, String value) {
    context
        .withPropertyValues("tollgate.concurrency." + name + "=" + value)
        .run(started -> assertThat(started).hasFailed());
  }

  @Test
  void boundsHowLongAnybodyWaits() {
    assertThat(DEFAULTS.wait(null)).isEqualTo(DEFAULT_WAIT);
    assertThat(DEFAULTS.wait(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(DEFAULTS.wait(Duration.ofHours(1))).isEqualTo(LONGEST_WAIT);
  }
}
