package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class AuditController {

  private final AuditRepository repository;

  AuditController(AuditRepository repository) {
    this.repository = repository;
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/audit")
  Mono<Page<AuditEvent>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(name = "project_id", required = false) @Nullable String projectId,
      @RequestParam(name = "resource_id", required = false) @Nullable String resourceId,
      @RequestParam(name = "user_id", required = false) @Nullable String userId,
      @RequestParam(name = "event_types", required = false) @Nullable List<String> eventTypes,
      @RequestParam(name = "start_date", required = false) @Nullable String startDate,
      @RequestParam(name = "end_date", required = false) @Nullable String endDate,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    AuditPeriod period = AuditPeriod.of(startDate, endDate, eventTypes);
    AuditFilter filter =
        AuditFilter.of(caller, organizationId, projectId, resourceId, userId, period);
    PageRequest page = PageRequest.of(limit, cursor);
    return repository.list(filter, page).collectList().map(rows -> page.page(rows, AuditEvent::id));
  }
}
