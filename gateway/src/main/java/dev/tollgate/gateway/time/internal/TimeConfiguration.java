package dev.tollgate.gateway.time.internal;

import dev.tollgate.gateway.time.SharedClock;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class TimeConfiguration {

  @Bean
  SharedClock sharedClock(InstantSource clock) {
    return new SharedClock(clock, System::nanoTime);
  }

  @Bean
  DatabaseTime databaseTime(DatabaseClient database, SharedClock sharedClock) {
    return new DatabaseTime(database, sharedClock);
  }
}
