package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.gateway.bodies.BodiesProperties;
import dev.tollgate.gateway.bodies.BodySink;
import dev.tollgate.gateway.credentials.DataKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class BodiesConfiguration {

  @Bean
  BodyWriter bodyWriter(
      DataKeys dataKeys,
      DatabaseClient database,
      BodiesProperties properties,
      MeterRegistry meters) {
    return new BodyWriter(dataKeys, database, properties, meters);
  }

  @Bean
  BodyRecordingFilter bodyRecordingFilter(
      BodySink sink, BodiesProperties properties, InstantSource clock) {
    return new BodyRecordingFilter(sink, properties, clock);
  }
}
