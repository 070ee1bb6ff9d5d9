package dev.tollgate.gateway.streaming;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StreamingConfiguration {

  @Bean
  OpenAnswers openAnswers(MeterRegistry meters) {
    OpenAnswers open = new OpenAnswers();
    meters.gauge("tollgate.answers.open", open, OpenAnswers::count);
    return open;
  }

  @Bean
  Drain drain(OpenAnswers open, DrainProperties properties) {
    return new Drain(open, properties.drain());
  }
}
