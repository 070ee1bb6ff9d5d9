package dev.tollgate.admin.pricing;

import dev.tollgate.admin.document.DocumentSchema;
import dev.tollgate.admin.openapi.OpenApiDocument;
import dev.tollgate.admin.openapi.OperationDescriptions;
import org.springframework.stereotype.Component;

/** What is asked of a new price, in the OpenAPI document. */
@Component
class PriceDescriptions implements OperationDescriptions {

  @Override
  public void describe(OpenApiDocument document) {
    document.schema("NewPrice", DocumentSchema.ofWritten(PriceFields.OVERRIDE));
    document.takes("POST", "/v1/prices", "NewPrice");
  }
}
