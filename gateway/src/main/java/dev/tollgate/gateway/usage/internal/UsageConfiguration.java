package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.usage.AfterStoring;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageProperties;
import dev.tollgate.gateway.usage.UsageSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

  @Bean
  UsageWriter usageWriter(
      DatabaseClient database,
      Journal journal,
      UsageProperties properties,
      ObjectProvider<AfterStoring> afterStoring,
      MeterRegistry meters) {
    return new UsageWriter(database, journal, properties, afterStoring, meters);
  }

  @Bean
  UsageMeteringFilter usageMeteringFilter(
      UsageSink sink,
      InboxSink inbox,
      UsagePricing pricing,
      InputTokens inputTokens,
      InstantSource clock) {
    return new UsageMeteringFilter(sink, inbox, pricing, inputTokens, clock);
  }
}
