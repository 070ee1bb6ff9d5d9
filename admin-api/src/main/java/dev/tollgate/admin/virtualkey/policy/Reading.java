package dev.tollgate.admin.virtualkey.policy;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What came of reading a document. */
public sealed interface Reading {

  /**
   * Nothing is wrong with it. Its members are in the long form, and none is null or an empty
   * object.
   */
  record Accepted(ObjectNode document) implements Reading {}

  /** All that is wrong with it, in its order; at least one thing. */
  record Refused(List<FieldError> errors) implements Reading {}
}
