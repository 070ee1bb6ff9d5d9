package dev.tollgate.admin.problem;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 7396. */
final class MergePatch {

  private MergePatch() {}

  /** Changes {@code target} as {@code patch} says; null removes. */
  static void apply(ObjectNode target, ObjectNode patch) {
    patch.forEachEntry((name, value) -> applyMember(target, name, value));
  }

  private static void applyMember(ObjectNode target, String name, JsonNode value) {
    if (value.isNull()) {
      target.remove(name);
    } else if (value instanceof ObjectNode object) {
      apply(objectAt(target, name), object);
    } else {
      target.set(name, value);
    }
  }

  private static ObjectNode objectAt(ObjectNode target, String name) {
    return target.get(name) instanceof ObjectNode existing ? existing : target.putObject(name);
  }
}
