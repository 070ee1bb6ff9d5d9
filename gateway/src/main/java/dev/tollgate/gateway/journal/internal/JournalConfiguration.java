package dev.tollgate.gateway.journal.internal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class JournalConfiguration {

  /** Closed after the journal, which needs it to the end. */
  @Bean(destroyMethod = "close")
  ScheduledExecutorService journalFiles() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("journal-files").factory());
  }

  @Bean
  Journal journal(JournalProperties properties, ScheduledExecutorService journalFiles) {
    Journal journal = Journal.open(properties, journalFiles);
    long millis = properties.syncEvery().toMillis();
    var _ = journalFiles.scheduleWithFixedDelay(journal::sync, millis, millis, MILLISECONDS);
    return journal;
  }
}
