package dev.tollgate.admin.token;

import dev.tollgate.admin.document.DocumentSchema;
import dev.tollgate.admin.openapi.OpenApiDocument;
import dev.tollgate.admin.openapi.OperationDescriptions;
import org.springframework.stereotype.Component;

/** What is asked of a new token, in the OpenAPI document. */
@Component
class TokenDescriptions implements OperationDescriptions {

  @Override
  public void describe(OpenApiDocument document) {
    document.schema("NewToken", DocumentSchema.ofWritten(TokenRequest.SHAPE));
    document.mayTake("POST", "/v1/projects/{id}/tokens", "NewToken");
  }
}
