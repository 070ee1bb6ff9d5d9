package dev.tollgate.admin.audittrail;

import dev.tollgate.admin.openapi.OpenApiDocument;
import dev.tollgate.admin.openapi.OperationDescriptions;
import java.util.List;
import org.springframework.stereotype.Component;

/** The query of audit events in the OpenAPI document. */
@Component
class AuditTrailDescriptions implements OperationDescriptions {

  private static final List<String> PLACES =
      List.of("/v1/keys/{id}", "/v1/projects/{id}", "/v1/teams/{id}", "/v1/organizations/{id}");

  @Override
  public void describe(OpenApiDocument document) {
    List<String> names = List.of("start_date", "end_date", "event_types", "limit", "cursor");
    PLACES.forEach(place -> document.asks(place + "/audit", "query", names));
  }
}
