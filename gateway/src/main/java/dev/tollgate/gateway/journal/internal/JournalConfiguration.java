package dev.tollgate.gateway.journal.internal;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class JournalConfiguration {

  /** Closed after the journal, which needs it to the end. */
  @Bean(destroyMethod = "close")
  ExecutorService journalFiles() {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name("journal-files").factory());
  }

  @Bean
  Journal journal(JournalProperties properties, ExecutorService journalFiles) {
    return Journal.open(properties, journalFiles);
  }

  @Bean
  JournalSync journalSync(Journal journal, JournalProperties properties) {
    return new JournalSync(journal::sync, properties.syncEvery());
  }
}
