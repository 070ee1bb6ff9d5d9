package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import dev.tollgate.admin.problem.ProblemException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What came of reading a document. */
public sealed interface Reading {

  /**
   * The document.
   *
   * @throws ProblemException 400 with all that is wrong
   */
  default ObjectNode orRefuse() {
    return switch (this) {
      case Accepted(ObjectNode document) -> document;
      case Refused(List<FieldError> errors) -> throw ProblemException.badRequest(errors);
    };
  }

  /**
   * Nothing is wrong with it. Its members are in the long form, and none is null or an empty
   * object.
   */
  record Accepted(ObjectNode document) implements Reading {}

  /** All that is wrong with it, in its order; at least one thing. */
  record Refused(List<FieldError> errors) implements Reading {}
}
