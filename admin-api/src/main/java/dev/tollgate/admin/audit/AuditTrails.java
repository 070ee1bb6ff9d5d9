package dev.tollgate.admin.audit;

import dev.tollgate.admin.problem.PageRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Mono;

/** Reads what happened to one subject; whether the caller may see it is asked before. */
@Component
public class AuditTrails {

  private final AuditRepository repository;

  AuditTrails(AuditRepository repository) {
    this.repository = repository;
  }

  /**
   * Events of a subject.
   *
   * @param query {@code start_date}, {@code end_date}, {@code event_types}, {@code limit}, {@code
   *     cursor}; fails with 400 for a value that is none
   */
  public Mono<AuditTrail> of(AuditSubject subject, MultiValueMap<String, String> query) {
    AuditPeriod period =
        AuditPeriod.of(
            query.getFirst("start_date"), query.getFirst("end_date"), query.get("event_types"));
    PageRequest page = PageRequest.of(query.getFirst("limit"), query.getFirst("cursor"));
    return repository
        .list(subject, period, page)
        .collectList()
        .map(rows -> page.page(rows, AuditEvent::id))
        .map(found -> new AuditTrail(found.data(), found.nextCursor()));
  }
}
