package dev.tollgate.gateway.redis;

import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tollgate.redis.url")
class RedisConfiguration {

  @Bean
  RedisLink redisLink(RedisProperties properties) {
    return new RedisLink(Objects.requireNonNull(properties.url()), properties.timeout());
  }
}
