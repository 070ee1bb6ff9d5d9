package dev.tollgate.admin.openapi;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Finds {@link PatchOf} on handler methods: their bodies are read as trees and say nothing. */
@Component
class PatchBodies implements OperationCustomizer {

  private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    PatchOf patch = handler.getMethodAnnotation(PatchOf.class);
    if (patch != null) {
      String name = patch.value().getSimpleName();
      types.put(name, patch.value());
      operation.setRequestBody(
          new RequestBody().required(true).content(OpenApiDocument.content(name)));
    }
    return operation;
  }

  /** Adds the components that the bodies refer to. */
  void addTo(OpenAPI api) {
    types.forEach((name, type) -> add(api, name, type));
  }

  private static void add(OpenAPI api, String name, Class<?> type) {
    ResolvedSchema resolved =
        ModelConverters.getInstance(true).resolveAsResolvedSchema(new AnnotatedType(type));
    api.getComponents().addSchemas(name, resolved.schema);
    resolved.referencedSchemas.forEach(api.getComponents()::addSchemas);
  }
}
