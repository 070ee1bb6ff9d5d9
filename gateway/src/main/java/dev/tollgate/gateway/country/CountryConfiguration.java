package dev.tollgate.gateway.country;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class CountryConfiguration {

  @Bean
  Countries countries(CountryProperties properties) {
    return properties.countryDatabase() == null
        ? address -> null
        : new CountryFile(
            properties.countryDatabase(),
            properties.countryPollEvery(),
            Schedulers.boundedElastic());
  }
}
