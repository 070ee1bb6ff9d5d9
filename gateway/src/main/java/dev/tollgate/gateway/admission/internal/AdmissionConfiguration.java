package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.AdmissionProperties;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.time.SharedClock;
import dev.tollgate.gateway.tokens.InputTokens;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

  @Bean
  AdmissionFilter admissionFilter(
      ObjectProvider<Limiter> limiters,
      InputTokens inputTokens,
      Prices prices,
      AdmissionProperties properties,
      InstantSource clock,
      SharedClock sharedClock) {
    return new AdmissionFilter(
        limiters.orderedStream().toList(),
        new TermsReader(inputTokens, prices, properties, clock),
        properties.longestStepTokens(),
        sharedClock::now);
  }
}
