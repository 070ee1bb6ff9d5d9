package dev.tollgate.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class RedisPropertiesTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withUserConfiguration(Properties.class, RedisConfiguration.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(RedisProperties.class)
  static class Properties {}

  @Test
  void needsNoRedis() {
    context.run(started -> {
      assertThat(started.getBean(RedisProperties.class))
          .isEqualTo(new RedisProperties(null, Duration.ofMillis(250), 2));
      assertThat(started).doesNotHaveBean(RedisLink.class);
    });
  }

  @Test
  void takesOneThatIsNotThereYet() {
    String url = "rediss://someone:hush@127.0.0.1:1/2";
    context
        .withPropertyValues(
            "tollgate.redis.url=" + url,
            "tollgate.redis.timeout=100ms",
            "tollgate.redis.replicas=3")
        .run(started -> {
          assertThat(started).hasSingleBean(RedisLink.class);
          RedisProperties properties = started.getBean(RedisProperties.class);
          assertThat(properties).isEqualTo(new RedisProperties(url, Duration.ofMillis(100), 3));
          assertThat(properties.toString()).doesNotContain("hush");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "tollgate.redis.url, http://:hush@host",
    "tollgate.redis.url, ''",
    "tollgate.redis.timeout, 501ms",
    "tollgate.redis.timeout, 0ms",
    "tollgate.redis.replicas, 0"
  })
  void refusesToStart(String name, String value) {
    context
        .withPropertyValues(name + "=" + value)
        .run(started ->
            assertThat(started)
                .getFailure()
                .rootCause()
                .hasMessageContaining(name)
                .hasMessageNotContaining("hush"));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "2,1", "3,1", "7,2", "9,3"})
  void sharesALimitAmongGateways(long limit, long share) {
    assertThat(new RedisProperties(null, Duration.ofMillis(250), 3).share(limit)).isEqualTo(share);
  }
}
