package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.util.unit.DataSize;

class ServerLimitsPropertiesTest {

  @EnableConfigurationProperties(ServerLimitsProperties.class)
  static class Configured {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(Configured.class);

  @Test
  void hasDefaults() {
    runner.run(context ->
        assertThat(context.getBean(ServerLimitsProperties.class))
            .isEqualTo(
                new ServerLimitsProperties(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    20_000,
                    5_000,
                    DataSize.ofKilobytes(8),
                    DataSize.ofKilobytes(32))));
  }

  @Test
  void readsEveryValue() {
    runner
        .withPropertyValues(
            "tollgate.server.head-timeout=1s",
            "tollgate.server.idle-timeout=2s",
            "tollgate.server.body-read-timeout=3s",
            "tollgate.server.max-connections=4",
            "tollgate.server.max-connections-per-address=5",
            "tollgate.server.max-initial-line=6KB",
            "tollgate.server.max-header-size=7KB")
        .run(context ->
            assertThat(context.getBean(ServerLimitsProperties.class))
                .isEqualTo(
                    new ServerLimitsProperties(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        4,
                        5,
                        DataSize.ofKilobytes(6),
                        DataSize.ofKilobytes(7))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head-timeout=0s",
        "head-timeout=-1s",
        "head-timeout=2h",
        "head-timeout=soon",
        "idle-timeout=0s",
        "idle-timeout=2h",
        "body-read-timeout=0s",
        "body-read-timeout=2h",
        "max-connections=0",
        "max-connections=1000001",
        "max-connections-per-address=0",
        "max-connections-per-address=1000001",
        "max-initial-line=255B",
        "max-initial-line=2MB",
        "max-header-size=255B",
        "max-header-size=2MB",
      })
  void refusesToStartAndNamesTheKey(String property) {
    String key = property.substring(0, property.indexOf('='));
    runner
        .withPropertyValues("tollgate.server." + property)
        .run(context ->
            assertThat(context.getStartupFailure())
                .hasStackTraceContaining("tollgate.server")
                .satisfies(failure -> assertThat(messages(failure)).contains(key)));
  }

  /** All messages of the chain, in the spelling of keys. */
  private static String messages(Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause.getMessage()).append('\n');
    }
    return messages.toString().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
