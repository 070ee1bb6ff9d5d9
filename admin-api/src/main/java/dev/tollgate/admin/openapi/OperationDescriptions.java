package dev.tollgate.admin.openapi;

/** What a feature tells of its operations that annotations cannot say. */
@FunctionalInterface
public interface OperationDescriptions {

  void describe(OpenApiDocument document);
}
