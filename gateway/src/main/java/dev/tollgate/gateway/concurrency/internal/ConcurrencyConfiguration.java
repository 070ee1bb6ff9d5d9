package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisProperties;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class ConcurrencyConfiguration {

  @Bean
  ConcurrencyLimiter concurrencyLimiter(
      ConcurrencyProperties properties,
      RedisProperties several,
      ObjectProvider<RedisLink> redis,
      MeterRegistry meters) {
    Concurrency concurrency = new Concurrency(properties, Schedulers.parallel(), meters);
    RedisLink link = redis.getIfAvailable();
    return link == null ? concurrency.alone() : concurrency.shared(link, several::share);
  }
}
