package dev.tollgate.admin.openapi;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.AllowedToKey;
import dev.tollgate.admin.access.OpenToAll;
import dev.tollgate.admin.access.Role;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Says of each operation who may call it, as its rule does. */
@Component
class RuleDescriptions implements OperationCustomizer {
  static final String VIRTUAL_KEY = "virtual_key";

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    Allowed allowed = handler.getMethodAnnotation(Allowed.class);
    AllowedToKey toKey = handler.getMethodAnnotation(AllowedToKey.class);
    if (allowed != null) {
      say(operation, "For " + holders(allowed) + ".");
    } else if (toKey != null) {
      String right = toKey.value().name().toLowerCase(Locale.ROOT);
      say(operation, "For a virtual key with permissions.data_access." + right + ".");
      operation.setSecurity(List.of(new SecurityRequirement().addList(VIRTUAL_KEY)));
    } else if (handler.hasMethodAnnotation(OpenToAll.class)) {
      operation.setSecurity(List.of());
    }
    return operation;
  }

  private static void say(Operation operation, String rule) {
    String more = operation.getDescription();
    operation.setDescription(more == null ? rule : rule + " " + more);
  }

  private static String holders(Allowed allowed) {
    return Stream.concat(
            Stream.of("the root key"), allowed.value().roles().stream().map(Role::text))
        .collect(Collectors.joining(", "));
  }
}
