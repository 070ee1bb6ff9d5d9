package dev.tollgate.admin.outbound;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OutboundConfiguration {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration TOTAL = Duration.ofSeconds(10);

  @Bean
  OutboundCalls outboundCalls(OutboundAddresses addresses) {
    return new OutboundCalls(addresses, CONNECT, TOTAL);
  }
}
