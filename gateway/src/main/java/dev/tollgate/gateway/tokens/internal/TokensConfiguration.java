package dev.tollgate.gateway.tokens.internal;

import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokensProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;

@Configuration(proxyBeanMethods = false)
class TokensConfiguration {

  /** Long bodies are counted where they are inspected: both are bounded together. */
  @Bean
  InputTokens inputTokens(TokensProperties properties, Scheduler inspectionScheduler) {
    return new InputTokens(properties, inspectionScheduler);
  }
}
