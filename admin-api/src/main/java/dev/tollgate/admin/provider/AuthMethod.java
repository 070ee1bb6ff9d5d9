package dev.tollgate.admin.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A way in which a provider takes its credential.
 *
 * @param auth as a service's {@code auth}
 * @param supported whether a service can be made with it
 */
public record AuthMethod(
    String name, @Nullable Boolean supported, JsonNode auth, List<FieldSpec> fields) {

  public AuthMethod {
    supported = supported == null || supported;
    fields = List.copyOf(fields);
  }
}
