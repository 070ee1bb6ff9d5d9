package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.gateway.bodies.BodiesProperties;
import dev.tollgate.gateway.bodies.BodySink;
import dev.tollgate.gateway.credentials.DataKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class BodiesConfiguration {

  @Bean
  BodyWriter bodyWriter(
      DataKeys dataKeys,
      DatabaseClient database,
      BodiesProperties properties,
      MeterRegistry meters) {
    // Megabytes are sealed there, away from the streams.
    Scheduler sealing = Schedulers.boundedElastic();
    SealedBodies bodies = new SealedBodies(dataKeys, database, sealing);
    return new BodyWriter(bodies::store, properties, sealing, meters);
  }

  @Bean
  BodyRecordingFilter bodyRecordingFilter(
      BodySink sink, BodiesProperties properties, InstantSource clock) {
    return new BodyRecordingFilter(sink, properties, clock);
  }
}
