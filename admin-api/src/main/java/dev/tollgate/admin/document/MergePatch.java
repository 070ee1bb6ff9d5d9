package dev.tollgate.admin.document;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7396, over documents in which an empty object says the same as none. */
final class MergePatch {
  private MergePatch() {}

  /** The target with the patch applied, without empty objects; neither argument is changed. */
  static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    ObjectNode result = target.deepCopy();
    merge(result, patch);
    return result;
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    patch.properties().forEach(member -> mergeMember(target, member.getKey(), member.getValue()));
    List<String> empty =
        target.properties().stream()
            .filter(member -> member.getValue().isObject() && member.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    target.remove(empty);
  }

  private static void mergeMember(ObjectNode target, String name, JsonNode value) {
    if (value.isNull()) {
      target.remove(name);
    } else if (value instanceof ObjectNode patch) {
      ObjectNode block = target.get(name) instanceof ObjectNode old ? old : target.objectNode();
      merge(block, patch);
      target.set(name, block);
    } else {
      target.set(name, value.deepCopy());
    }
  }
}
