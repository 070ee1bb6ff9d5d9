package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.time.SharedClock;
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
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

  /** As long as the journal may be: it is all that may ever wait for somebody. */
  @Bean
  RefusedRows refusedRows(JournalProperties properties, Journal journal, InstantSource clock) {
    return new RefusedRows(
        properties.directory(),
        properties.maxSize().toBytes(),
        journal.replica(),
        clock,
        Schedulers.boundedElastic());
  }

  @Bean
  UsageWriter usageWriter(
      DatabaseClient database,
      Journal journal,
      RefusedRows refused,
      UsageProperties properties,
      ObjectProvider<AfterStoring> afterStoring,
      MeterRegistry meters) {
    return new UsageWriter(database, journal, refused, properties, afterStoring, meters);
  }

  @Bean
  UsageMeteringFilter usageMeteringFilter(
      UsageSink sink,
      InboxSink inbox,
      UsagePricing pricing,
      InputTokens inputTokens,
      SharedClock sharedClock) {
    return new UsageMeteringFilter(sink, inbox, pricing, inputTokens, sharedClock::now);
  }
}
