package dev.tollgate.gateway.traffic.internal;

import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisProperties;
import dev.tollgate.gateway.time.SharedClock;
import dev.tollgate.gateway.traffic.Clocks;
import dev.tollgate.gateway.traffic.MemoryTraffic;
import dev.tollgate.gateway.traffic.RedisTraffic;
import dev.tollgate.gateway.traffic.Seeds;
import dev.tollgate.gateway.traffic.SharedTraffic;
import dev.tollgate.gateway.traffic.TrafficLimiter;
import dev.tollgate.gateway.traffic.TrafficProperties;
import dev.tollgate.gateway.traffic.TrafficStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class TrafficConfiguration {

  @Bean
  UsedOnceStored usedBefore(DatabaseClient database) {
    return new UsedOnceStored(new PostgresUsedBefore(database), System::nanoTime);
  }

  @Bean
  Seeds seeds(UsedOnceStored usedBefore, MeterRegistry meters) {
    return new Seeds(usedBefore, System::nanoTime, meters);
  }

  @Bean
  TrafficStore trafficStore(
      TrafficProperties properties,
      Seeds seeds,
      SharedClock sharedClock,
      ObjectProvider<RedisLink> redis,
      RedisProperties redisProperties,
      MeterRegistry meters) {
    RedisLink link = redis.getIfAvailable();
    // What was used before is read from rows, whose hours are by this clock.
    Clocks clocks = Clocks.of(sharedClock::now);
    if (link == null) {
      MemoryTraffic memory = new MemoryTraffic(seeds, clocks, null, properties.maxCounted());
      meters.gauge("tollgate.traffic.counted", memory, MemoryTraffic::size);
      return memory;
    }
    return new SharedTraffic(
        new RedisTraffic(link, redisProperties.timeout(), seeds, clocks, meters),
        () -> new MemoryTraffic(seeds, clocks, redisProperties::share, properties.maxCounted()),
        properties.whenAway(),
        System::nanoTime,
        properties.maxCounted(),
        meters);
  }

  @Bean
  TrafficLimiter trafficLimiter(TrafficStore store) {
    return new TrafficLimiter(store);
  }
}
