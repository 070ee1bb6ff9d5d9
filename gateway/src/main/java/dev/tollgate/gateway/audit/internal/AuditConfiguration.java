package dev.tollgate.gateway.audit.internal;

import dev.tollgate.gateway.country.Countries;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.usage.AccessSink;
import dev.tollgate.gateway.usage.InboxSink;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

  @Bean
  RefusalCounts refusalCounts(InboxSink inbox) {
    return new RefusalCounts(inbox);
  }

  @Bean
  AuditFilter auditFilter(
      AccessSink accesses,
      InboxSink inbox,
      Countries countries,
      RefusalCounts refusals,
      Snapshots snapshots,
      InstantSource clock) {
    return new AuditFilter(
        new RequestAudit(accesses, inbox, new SeenPlaces(inbox, countries), refusals, clock),
        snapshots);
  }
}
