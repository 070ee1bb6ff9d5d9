package dev.tollgate.gateway.admission.internal;

import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

  @Bean
  AdmissionFilter admissionFilter(InstantSource clock) {
    return new AdmissionFilter(clock);
  }
}
