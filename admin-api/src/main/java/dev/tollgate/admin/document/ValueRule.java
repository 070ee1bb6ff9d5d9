package dev.tollgate.admin.document;

import tools.jackson.databind.JsonNode;

/**
 * What the value of a field must look like, and the one form in which it is kept. {@link
 * ValueRules} has them.
 */
@FunctionalInterface
public interface ValueRule {

  /**
   * Checks a value that is there and not null.
   *
   * @return the value as it is kept; of no meaning once something was noted at the place
   */
  JsonNode read(JsonNode value, At at);
}
