package dev.tollgate.admin.usage;

import dev.tollgate.admin.openapi.OpenApiDocument;
import dev.tollgate.admin.openapi.OperationDescriptions;
import java.util.List;
import org.springframework.stereotype.Component;

/** The query of usage rows in the OpenAPI document. */
@Component
class UsageDescriptions implements OperationDescriptions {

  private static final List<String> PLACES =
      List.of(
          "/v1/keys/{id}",
          "/v1/projects/{id}",
          "/v1/teams/{id}",
          "/v1/organizations/{id}",
          "/v1/keys/self");

  @Override
  public void describe(OpenApiDocument document) {
    List<String> names = List.of("from", "to", "model", "status", "limit", "cursor");
    PLACES.forEach(place -> document.asks(place + "/usage", "query", names));
  }
}
