package dev.tollgate.gateway.access;

import dev.tollgate.gateway.country.Countries;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.usage.InboxSink;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

  @Bean
  CorsFilter corsFilter(Snapshots snapshots) {
    return new CorsFilter(snapshots);
  }

  @Bean
  NetworkAccessFilter networkAccessFilter(
      Countries countries, InboxSink inbox, MeterRegistry meters) {
    return new NetworkAccessFilter(countries, inbox, meters);
  }
}
