package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.virtualkey.inheritance.Source.Kind;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be written of a template or an environment.
 *
 * @param organizationId null: not named
 * @param document the policy that keys inherit
 */
record SourceBody(
    @Nullable String organizationId,
    String name,
    @Nullable String description,
    ObjectNode document) {

  private static final DocumentReader TEMPLATE = new DocumentReader(PolicyFields.TEMPLATE);
  private static final DocumentReader ENVIRONMENT = new DocumentReader(PolicyFields.ENVIRONMENT);

  /** Of a body that makes one; 400 for what is wrong with it. */
  static SourceBody read(Kind kind, ObjectNode body, Instant now) {
    return of(kind, reader(kind).read(body, now).orRefuse());
  }

  /** Of a merge patch; 400 for what is wrong with it. */
  static SourceBody patched(Source before, ObjectNode patch, Instant now) {
    return of(before.kind(), reader(before.kind()).patch(before.body(), patch, now).orRefuse());
  }

  private static DocumentReader reader(Kind kind) {
    return switch (kind) {
      case TEMPLATE -> TEMPLATE;
      case ENVIRONMENT -> ENVIRONMENT;
    };
  }

  private static SourceBody of(Kind kind, ObjectNode read) {
    ObjectNode document =
        switch (kind) {
          case TEMPLATE ->
              read.deepCopy().remove(List.of("organization_id", "name", "description"));
          case ENVIRONMENT ->
              read.get("defaults") instanceof ObjectNode defaults ? defaults : read.objectNode();
        };
    return new SourceBody(
        read.path("organization_id").asString(null),
        read.required("name").stringValue(),
        read.path("description").asString(null),
        document);
  }
}
