package dev.tollgate.admin.document;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A rule over the finished document, in its long form: what no single value shows. */
@FunctionalInterface
public interface DocumentCheck {

  void check(ObjectNode document, At root);

  /** A member of the root that must be there. */
  static DocumentCheck required(String name) {
    return (document, root) -> {
      if (!document.has(name)) {
        root.member(name).note(ErrorCodes.REQUIRED, "is required");
      }
    };
  }

  /** A member of the root that has at most so many members of its own. */
  static DocumentCheck maxMembers(String name, int max) {
    JsonPointer pointer = JsonPointer.empty().appendProperty(name);
    return (document, root) -> {
      JsonNode block = document.at(pointer);
      if (block.size() > max) {
        root.member(name).note(ErrorCodes.INVALID_VALUE, "must have at most " + max + " members");
      }
    };
  }
}
